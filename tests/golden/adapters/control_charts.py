"""Control charts, their rules and run lengths, capability and Pareto."""

from collections.abc import Sequence

import numpy as np

from anlan.maths.control_charts.attributes import events, rates
from anlan.maths.control_charts.capability import capability
from anlan.maths.control_charts.pareto import pareto
from anlan.maths.control_charts.run_lengths import cusum_arl, ewma_arl, run_rules_arl
from anlan.maths.control_charts.run_rules import WESTERN_ELECTRIC, run_rules
from anlan.maths.control_charts.variables import (
    Sigma,
    averages,
    deviations,
    ranges,
    sigma_within,
)
from anlan.maths.control_charts.weighted import cusum, ewma
from golden.adapters import Case, Check, golden


@golden("spc_xbar_r_s_pistonrings", method="xbar_r_s")
def piston_rings(case: Case) -> Sequence[Check]:
    """Xbar-R and Xbar-S: the limits need the printed d2 of 2.326; d3 and c4 are exact."""
    given, expected, tolerance = case["inputs"], case["expected"], case["tolerance"]
    phase_1 = given["diameter"][: given["phase1_samples"]]
    within = {by: sigma_within(phase_1, by=by).sigma for by in ("range", "deviation")}
    xbar, r, s = averages(phase_1), ranges(phase_1), deviations(phase_1)
    phase_2 = xbar.baseline.chart(np.mean(given["diameter"], axis=1), 5.0)
    fired = [
        [p + 1 for episode in run_rules(phase_2.z, [rule]) for p in episode.fired]
        for rule in WESTERN_ELECTRIC
    ]
    return [
        Check("centre", expected["center"], xbar.centre, tolerance["center"]),
        Check("sigma from R", expected["sd_from_R"], within["range"], tolerance["sd"]),
        Check("sigma from S", expected["sd_from_S"], within["deviation"], tolerance["sd"]),
        Check("Xbar limits", [expected["xbar_LCL"], expected["xbar_UCL"]],
              [xbar.lower[0], xbar.upper[0]], tolerance["limits"]),
        Check("R centre and lower limit", [expected["R_center"], expected["R_LCL"]],
              [r.centre, r.lower[0]], tolerance["limits"]),
        Check("R upper limit", expected["R_UCL"], r.upper[0], tolerance["R_UCL"]),
        Check("S centre and limits", [expected["S_center"], expected["S_LCL"], expected["S_UCL"]],
              [s.centre, s.lower[0], s.upper[0]], tolerance["limits"]),
        Check("beyond limits", expected["beyond_limits_1based"], (phase_2.outside + 1).tolist()),
        Check("Western Electric 1", expected["beyond_limits_1based"], fired[0]),
        Check("Western Electric 2", expected["WE2_2of3_beyond_2sigma"], fired[1]),
        Check("Western Electric 3", expected["WE3_4of5_beyond_1sigma"], fired[2]),
        Check("Western Electric 4", expected["WE4_8_one_side"], fired[3]),
    ]  # fmt: skip


@golden("spc_c_circuit", method="c_chart")
def circuit_boards(case: Case) -> Sequence[Check]:
    """A c chart, and again without the two points that have a cause."""
    counts, expected = np.array(case["inputs"]["nonconformities"]), case["expected"]
    used = np.ones(len(counts), dtype=bool)
    first = events(counts)
    used[np.array(case["inputs"]["revised_excludes_1based"]) - 1] = False
    revised = events(counts, used=used)
    tolerance = case["tolerance"]
    return [
        Check("centre and limits", [expected["cbar"], expected["LCL"], expected["UCL"]],
              [first.centre, first.lower[0], first.upper[0]], tolerance),
        Check("beyond limits", expected["out_of_control_1based"], (first.outside + 1).tolist()),
        Check("revised", [expected["revised"][name] for name in ("cbar", "LCL", "UCL")],
              [revised.centre, revised.lower[0], revised.upper[0]], tolerance),
    ]  # fmt: skip


@golden("spc_u_pcmanufact", method="u_chart")
def computers(case: Case) -> Sequence[Check]:
    """A u chart of samples of five."""
    counts, expected = case["inputs"]["nonconformities"], case["expected"]
    chart = rates(counts, np.full(len(counts), case["inputs"]["units_per_sample"]), laney=False)
    return [
        Check("centre and limits", [expected["ubar"], expected["LCL"], expected["UCL"]],
              [chart.centre, chart.lower[0], chart.upper[0]], case["tolerance"]),
        Check("beyond limits", expected["out_of_control"], chart.outside.tolist()),
    ]  # fmt: skip


@golden("spc_ewma_nist", method="ewma_chart")
def nist_ewma(case: Case) -> Sequence[Check]:
    """EWMA with limits of the steady state."""
    given, expected, tolerance = case["inputs"], case["expected"], case["tolerance"]
    chart = ewma(given["data"], centre=given["target"], sigma=given["s"], weight=given["lambda_"],
                 width=given["k"], exact=False)  # fmt: skip
    return [
        Check("weighted means", expected["ewma"], [given["target"], *chart.points], tolerance["ewma"]),
        Check("limits", [expected["LCL"], expected["UCL"]], [chart.lower[0], chart.upper[0]],
              tolerance["limits"]),
        Check("beyond limits", expected["out_of_control"], chart.outside.tolist()),
    ]  # fmt: skip


@golden("spc_cusum_nist", method="cusum_chart")
def nist_cusum(case: Case) -> Sequence[Check]:
    """Tabular CUSUM; k and h are in the unit of the data."""
    given, expected = case["inputs"], case["expected"]
    chart = cusum(given["data"], centre=given["target"], sigma=1.0, k=given["k"], h=given["h"])
    return [
        Check("upper sums", expected["S_hi"], chart.high, case["tolerance"]),
        Check("lower sums", expected["S_lo"], chart.low, case["tolerance"]),
        Check("first signal", expected["first_signal_high_1based"], int(chart.outside[0]) + 1),
    ]


@golden("arl_ewma_lucas_saccucci", method="ewma_arl")
def ewma_lengths(case: Case) -> Sequence[Check]:
    """Two designs over twelve shifts, and one number of another program."""
    given, expected, tolerance = case["inputs"], case["expected"], case["tolerance"]
    checks = []
    for design, arl in zip(given["designs"], expected["arl"], strict=True):
        got = [ewma_arl(weight=design["lambda_"], width=design["L"], shift=mu) for mu in given["mu"]]
        checks.append(Check(f"ARL, weight {design['lambda_']}", arl, got, relative=tolerance["relative"]))
    sas = given["sas"]
    got_sas = ewma_arl(weight=sas["lambda_"], width=sas["L"], shift=sas["mu"])
    return [*checks, Check("ARL at shift 1, weight 0.25", expected["sas"], got_sas, tolerance["sas_abs"])]


@golden("arl_cusum_lucas_crosier", method="cusum_arl")
def cusum_lengths(case: Case) -> Sequence[Check]:
    """From zero and with a head start, as printed and to full precision."""
    given, expected = case["inputs"], case["expected"]
    got = {
        name: [cusum_arl(k=given["k"], h=given["h"], shift=mu, headstart=start) for mu in given["mu"]]
        for name, start in (("arl_zero_state", 0.0), ("arl_fir", given["headstart"]))
    }
    relative = case["tolerance"]["relative"]
    return [
        *(Check(f"{name} as printed", expected[name], got[name], relative=relative) for name in got),
        *(Check(name, expected[f"{name}_computed"], got[name], relative=1e-9) for name in got),
    ]


@golden("arl_western_electric_champ_woodall", method="run_rules_arl")
def run_rule_lengths(case: Case) -> Sequence[Check]:
    """The first rule alone and with each other one; all four together from the notes."""
    sets = {"C1": (0,), "C12": (0, 1), "C13": (0, 2), "C14": (0, 3)}
    checks = [
        Check(name, case["expected"][name],
              [run_rules_arl([WESTERN_ELECTRIC[i] for i in chosen], shift=mu) for mu in case["inputs"]["mu"]],
              case["tolerance"])
        for name, chosen in sets.items()
    ]  # fmt: skip
    return [*checks, Check("all four, in control", 91.75, run_rules_arl(WESTERN_ELECTRIC), case["tolerance"])]


@golden("capability_pistonrings", method="capability")
def piston_ring_capability(case: Case) -> Sequence[Check]:
    """Cp to Cpm; the published interval counts n - 1 degrees of freedom, though sigma is from ranges."""
    given, expected, tolerance = case["inputs"], case["expected"], case["tolerance"]
    samples = np.array(given["diameter_phase1"])
    within = Sigma(sigma_within(samples, by="range").sigma, samples.size - 1.0)
    on, off = (
        capability(samples, lower=given["LSL"], upper=given["USL"], target=target, within=within)
        for target in given["targets"]
    )
    assert on.potential
    assert on.target
    assert off.target
    return [
        Check("Cp, Cpl, Cpu, Cpk", [expected[name] for name in ("Cp", "Cpl", "Cpu", "Cpk")],
              [on.potential.estimate, on.lower, on.upper, on.actual.estimate], tolerance["indices"]),
        Check("interval of Cp", expected["Cp_ci95"], [on.potential.low, on.potential.high], tolerance["ci"]),
        Check("Cpm on target", expected["Cpm_target_74_00"], on.target.estimate,
              tolerance["Cpm_target_74_00"]),
        Check("Cpm off target", expected["Cpm_target_74_02"], off.target.estimate, tolerance["indices"]),
    ]  # fmt: skip


@golden("pareto_qcc_defect", method="pareto")
def defects(case: Case) -> Sequence[Check]:
    """Five causes, largest first."""
    bars = pareto(case["inputs"]["counts"])
    return [
        Check("order", case["expected"]["order"], [bar.name for bar in bars]),
        Check("cumulative percent", case["expected"]["cumulative_percent"],
              [100 * bar.cumulative for bar in bars], case["tolerance"]),
    ]  # fmt: skip
