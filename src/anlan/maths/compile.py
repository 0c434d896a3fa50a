"""One way to compile: every `*_kernels.py` module uses `kernel`, and no other module compiles.

Kernels release the interpreter lock, so threads run them side by side; they are cached on disk
(the folder is chosen in `anlan/__init__.py`); they never use `prange`, whose layers abort processes,
and never `fastmath`, which would let the bits of a result depend on the machine.

A large kernel cut into screen-sized parts would hand its many arrays over at every call, and count
references of each. So its parts are `part_kernel`s, merged into their caller by the optimiser, and its
arrays stand behind one pointer that nobody counts references to (`behind_one_pointer`).
"""

from typing import Any

from numba import njit, types
from numba.core import cgutils
from numba.core.typing.templates import AttributeTemplate, infer_getattr
from numba.extending import intrinsic, lower_getattr_generic, models, register_model

kernel = njit(cache=True, nogil=True)
inline_kernel = njit(cache=True, nogil=True, inline="always")
part_kernel = njit(cache=True, nogil=True, forceinline=True)


class PointedType(types.Type):  # type: ignore[misc]
    """A pointer to the values of a named tuple. fields: (name, type) of each."""

    def __init__(self, label: str, fields: tuple[tuple[str, Any], ...]) -> None:
        self.label, self.fields = label, fields
        super().__init__(name=f"Pointed[{label}]({', '.join(f'{name}: {kind}' for name, kind in fields)})")

    @property
    def key(self) -> Any:
        return self.label, self.fields

    def place(self, name: str) -> int | None:
        return next((place for place, (field, _) in enumerate(self.fields) if field == name), None)


register_model(PointedType)(models.OpaqueModel)


def behind_one_pointer(label: str) -> Any:
    """A function that, inside a kernel, puts the arrays of a named tuple behind one pointer.

    They stay those of the tuple, which must outlive the pointer, as it does inside the kernel that was given
    it. The arrays read from behind the pointer say that nobody counts references to them: counting costs more
    than the work of a small part, and the optimiser cannot take it out of parts with loops.
    """

    @intrinsic  # type: ignore[untyped-decorator]
    def pointed(typing: Any, values: Any) -> Any:
        kind = PointedType(label, tuple(zip(values.fields, values.types, strict=True)))

        def put(context: Any, builder: Any, signature: Any, given: Any) -> Any:
            place = cgutils.alloca_once(builder, _struct(context, kind))
            for number, (_, field) in enumerate(kind.fields):
                value = _uncounted(context, builder, field, builder.extract_value(given[0], number))
                builder.store(value, cgutils.gep_inbounds(builder, place, 0, number))
            return builder.bitcast(place, cgutils.voidptr_t)

        return kind(values), put

    return pointed


def _struct(context: Any, kind: PointedType) -> Any:
    return cgutils.ir.LiteralStructType([context.get_value_type(field) for _, field in kind.fields])


def _uncounted(context: Any, builder: Any, kind: Any, value: Any) -> Any:
    """An array that says it belongs to nobody; any other value as it is."""
    if not isinstance(kind, types.Array):
        return value
    array = context.make_array(kind)(context, builder, value=value)
    array.meminfo = array.parent = cgutils.voidptr_t(None)
    return array._getvalue()


@infer_getattr
class _PointedAttribute(AttributeTemplate):  # type: ignore[misc]
    key = PointedType

    def generic_resolve(self, kind: PointedType, name: str) -> Any:
        place = kind.place(name)
        return None if place is None else kind.fields[place][1]


@lower_getattr_generic(PointedType)  # type: ignore[untyped-decorator]
def _read(context: Any, builder: Any, kind: PointedType, pointer: Any, name: str) -> Any:
    place = kind.place(name)
    struct = builder.bitcast(pointer, _struct(context, kind).as_pointer())
    value = builder.load(cgutils.gep_inbounds(builder, struct, 0, place))
    return _uncounted(context, builder, kind.fields[place or 0][1], value)


__all__ = ["behind_one_pointer", "inline_kernel", "kernel", "part_kernel"]
