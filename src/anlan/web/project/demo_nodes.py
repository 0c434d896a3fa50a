"""A node of the demo: who answers for it, an instruction that a second person put in force, and a file."""

from django.core.files.uploadedfile import SimpleUploadedFile

from anlan.web.catalog import drafting
from anlan.web.catalog.attachments.holders import node_holder
from anlan.web.catalog.attachments.services import attach
from anlan.web.catalog.models import Process
from anlan.web.catalog.nodes.page import nodes_shown
from anlan.web.catalog.nodes.services import change_node, write_sop
from anlan.web.people.models import User
from anlan.web.project.demo_words import Words

_SOP = (
    "1. 客户进厅一分钟内主动询问并取号。\n2. 老弱客户引导至优先窗口。\n3. 等候超过十分钟，值班经理到场说明。"
)
_CARD = "现场引导提示\n\n先问需要，再取号。\n材料不全，当场写明补办方式。\n"


def describe_demo_node(hall: Process, people: dict[str, User], words: Words) -> None:
    """The first node of the hall."""
    zhou, sun, chen = people["zhou"], people["sun"], people["chen"]
    key = nodes_shown(hall)[0].key
    draft = write_sop(hall, key, words(_SOP), draft=None, seen=0, actor=sun)
    sent = drafting.submit(draft, seen=draft.edit_version, actor=sun, reason=words("把现场做法写成作业要求"))
    drafting.approve(sent, seen=sent.edit_version, actor=chen, reason=words("与服务承诺一致"))
    node = nodes_shown(hall)[0]
    change_node(
        node,
        seen=node.version.edit_version,
        actor=zhou,
        owner=sun,
        role=words("引导员"),
        channel=words("柜台"),
        criticality=4,
    )
    attach(
        node_holder(hall, key),
        SimpleUploadedFile(words("现场引导提示.txt"), words(_CARD).encode()),
        actor=sun,
    )
