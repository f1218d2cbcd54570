"""Which studies are run at which scale. Seeds 0 to 2 served to find workable sizes, and are left out.

smoke: two seeds and a few steps: numbers only. paper: the runs that the criteria are about, three seeds (two of the
query order); about half an hour on one core. full: for a GPU, recall over numbers of pairs, symbols, widths and depths.
"""

from dataclasses import replace

from models.selection.arms import ARMS, DEEP, MOTIF_ARMS, SSM_2, TRANSFORMER
from models.selection.problems import Copy, Motif, Order, Recall
from models.selection.study import Config
from models.studies.run import SEEDS

#: K = V of the recall curve besides 8, that of the criterion.
SYMBOLS = (4, 16)


def smoke() -> list[Config]:
    """One run of every study, at toy sizes."""
    tiny = Config(Recall(2, 4), replace(SSM_2, channels=8, modes=2), SEEDS[:2], steps=20, batch=8, tests=40)
    problems = Recall(2, 4), Order(True, 2, 4), Copy(4, 2, 3, (2, 4)), Motif(12, kept=(1, 6))
    return [replace(tiny, problem=problem) for problem in problems]


def paper() -> list[Config]:
    """The runs of the criteria, then the curve over V and what is only reported."""
    return [*recall(), *copy(), *occlusion(), *query_order(), *curve(), *reported()]


def recall() -> list[Config]:
    """Two pairs, K = V = 8, 2000 steps, four arms."""
    return [Config(Recall(), arm) for arm in ARMS]


def curve() -> list[Config]:
    """Two pairs, K = V = 4 and 16, 1500 steps, four arms; 8 is that of the criterion, with 2000."""
    return [Config(Recall(2, symbols), arm, steps=1500) for symbols in SYMBOLS for arm in ARMS]


def query_order() -> list[Config]:
    """Four pairs, K = V = 8, query first and last, two seeds."""
    lengths = ((SSM_2, 2500), (TRANSFORMER, 1000))
    return [
        Config(Order(first), arm, SEEDS[:2], steps=steps, batch=128)
        for arm, steps in lengths
        for first in (True, False)
    ]


def copy() -> list[Config]:
    """Strings of 4 to 12 symbols out of 16, four arms."""
    return [Config(Copy(), arm, steps=1500) for arm in ARMS]


def occlusion() -> list[Config]:
    """The motif with three arms, and once without hiding letters in training."""
    motif = Config(Motif(), MOTIF_ARMS[0], steps=1200, rate=3e-3)
    return [*(replace(motif, arm=arm) for arm in MOTIF_ARMS), replace(motif, problem=Motif(most=0.0))]


def reported() -> list[Config]:
    """Beyond the criteria: FNNs of two hidden layers, and the query order by the Transformer with as many steps."""
    deep = [Config(Recall(), DEEP), Config(Recall(2, 16), DEEP, steps=1500), Config(Copy(), DEEP, steps=1500)]
    longer = [replace(config, steps=2500) for config in query_order() if config.arm == TRANSFORMER]
    return [*deep, *longer]


def full(device: str) -> list[Config]:
    """Recall of n pairs out of V, wide and narrow, FNN with one and two hidden layers, five seeds."""
    arms = [replace(arm, channels=H, label=f"{arm.label}, H = {H}") for arm in (SSM_2, DEEP) for H in (64, 256)]
    wide = Config(Recall(), arms[0], (*SEEDS, 13, 14), steps=50_000, batch=128, device=device)
    sizes = [(n, V) for n in (2, 4, 8) for V in (8, 16, 32, 64)]
    return [replace(wide, problem=Recall(n, V), arm=arm) for n, V in sizes for arm in arms]
