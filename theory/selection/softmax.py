"""Softmax selection: sharpness, tails, ranks.

r (`tied`)     odds of all losers against the winner, were all at the margin: (L − 1) e^{−χδ}
χ* (`needed`)  least sharpness at which tied losers weigh at most ε      w^{*}_0    winner's weight at χ*, any losers
E (`error`)    distance of the selected value from the winner's          ρ (`rho`)  largest distance of a loser's value
v_{j,i}        component i of the value of token j                       m          components of a value
rank r, c, β   gaps between neighbours in order are at least c r^{−β}    R          the last rank that is wanted
χ_r            sharpness that selects rank r                             ω_r        its weight once r − 1 are masked
"""

import sympy as sp

from theory.claim import Claim
from theory.proof import Chain, From, Identity, Induction, Nonnegative
from theory.selection.notation import L, chi, delta, eps, j, mu, w

needed, at_needed, error = sp.Symbol("chi_star", nonnegative=True), sp.IndexedBase("w_star"), sp.Symbol("E")
rho, c, beta = sp.symbols("rho c beta", positive=True)
v, i, m = sp.IndexedBase("v"), sp.Symbol("i", integer=True, nonnegative=True), sp.Symbol("m", integer=True)
rank, last = sp.symbols("r R", integer=True, positive=True)
of_rank, weight = sp.Symbol("chi_r", nonnegative=True), sp.Symbol("omega_r")

tied = (L - 1) * sp.exp(-chi * delta)
_odds_allowed = (L - 1) * (1 - eps) / eps
_tail = 1 - w[0]

_T, _s, _a, _g, _r, _x = sp.symbols("T s a g r x", nonnegative=True)
_n, _odds, _D, _W, _e, _f = sp.symbols("n o D W e f", nonnegative=True)
_p, _q, _l, _k = sp.symbols("p q l k", nonnegative=True)
_near, _far, _least = sp.symbols("mu_j mu_0 n", positive=True)
_v0, _N, _w = sp.symbols("v_0 N w", complex=True)

SOFTMAX_TAIL = Claim(
    name="selection.softmax_tail",
    statement=sp.And(
        sp.Le(_tail, tied / (1 + tied)),
        sp.Le(_tail, tied),
        sp.Eq(
            tied / (1 + tied) - _tail,
            w[0] * sp.Sum(sp.exp(-chi * delta) - sp.exp(chi * (mu[j] - mu[0])), (j, 1, L - 1)) / (1 + tied),
        ),
    ),
    assumes="w softmax weights of χμ, token 0 the one winner, δ > 0 its margin over the nearest loser, χ >= 0; L = 1"
    " has tail 0; the third relation says when the first is an equality: all losers tie at distance δ, or χ = 0;"
    " without a margin (k winners) nothing is said: the weights tend to 1/k each, and the value to the mean of the"
    " winners' values",
    kind="at_most",
    source="this project; mechanism behind Nishikawa and Suzuki 2025, Lemma 3.3",
    prove=lambda: Chain(
        (
            Identity(
                sp.exp(chi * (_near - _far)),
                sp.exp(-chi * delta) * sp.exp(-chi * _x),
                "a loser at distance δ + x, x >= 0, has odds T (1 - s) against the winner, T = e^{-χδ} and"
                " s = 1 - e^{-χx} in [0, 1)",
                using=(sp.Eq(_far, _near + delta + _x),),
            ),
            Induction(
                L,
                1,
                Identity((L - 1).subs(L, 1) * _T, sp.Integer(0), "one token has no loser: a = r = 0"),
                Nonnegative(
                    L * _T - (_a + _T * (1 - _s)),
                    (_g, _T * _s),
                    "one loser more: r - a grows by T s, and so is the sum of all T s_j",
                    using=(sp.Eq(_a, (L - 1) * _T - _g),),
                ),
            ),
            Identity(1 - 1 / (1 + _a), _a / (1 + _a), "the winner has weight 1/(1 + a), a the sum of the losers' odds"),
            Nonnegative(
                _r / (1 + _r) - _a / (1 + _a),
                (_g / ((1 + _a) * (1 + _a + _g)),),
                "bound less tail is (r - a) w_0/(1 + r), which is the third relation",
                using=(sp.Eq(_r, _a + _g),),
            ),
            Nonnegative(_r - _r / (1 + _r), (_r**2 / (1 + _r),), "and the bound is at most r"),
        )
    ),
)

SHARPNESS_NEEDED = Claim(
    name="selection.sharpness_needed",
    statement=sp.And(
        sp.Equivalent(sp.Le(_tail, eps), sp.Ge(chi * delta, sp.log(_odds_allowed))),
        sp.Eq(needed * delta, sp.log(sp.Max(1, _odds_allowed))),
        sp.Le(1 - at_needed[0], eps),
        sp.Lt(needed * delta, sp.log(L / eps)),
    ),
    assumes="0 < ε < 1, margin δ > 0; w with all losers tied at distance δ and any χ >= 0; w^{*} with any losers no"
    " nearer than δ, at sharpness χ*; L = 1 or ε >= 1 - 1/L need no sharpness: χ* = 0; log(L/ε)/δ is enough and never"
    " necessary, too large by [log(L/(L-1)) + log(1/(1-ε))]/δ where χ* > 0",
    kind="iff",
    source="this project",
    prove=lambda: Chain(
        (
            From(SOFTMAX_TAIL, "tied losers: the tail is r/(1 + r), r = (L - 1) e^{-χδ}; other losers: at most that"),
            Identity(
                sp.diff(_least * sp.exp(-chi * delta) / (1 + _least * sp.exp(-chi * delta)), chi),
                -delta * _least * sp.exp(-chi * delta) / (1 + _least * sp.exp(-chi * delta)) ** 2,
                "with n = L - 1 losers the tail falls strictly with χ, so one χ* separates",
            ),
            Identity(
                (_least * sp.exp(-delta * needed) / (1 + _least * sp.exp(-delta * needed))).subs(
                    needed, sp.log(_least * (1 - eps) / eps) / delta
                ),
                eps,
                "and it is where the tail is ε; a negative one is replaced by 0",
            ),
            Nonnegative(
                (1 + _n) * (1 + _odds) - _n * _odds,
                (1 + _n, _odds),
                "with o = (1 - ε)/ε, 1/ε = 1 + o: e^{χ*δ} = n o is less than L/ε = (n + 1)(1 + o), by factors"
                " (n + 1)/n and 1/(1 - ε)",
            ),
        )
    ),
)

VALUE_ERROR = Claim(
    name="selection.value_error",
    statement=sp.And(
        sp.Eq(
            error**2,
            sp.Sum(
                sp.Abs(sp.Sum(w[j] * v[j, i], (j, 0, L - 1)) - v[0, i]) ** 2,
                (i, 0, m - 1),
            ),
        ),
        sp.Le(error, _tail * rho),
        sp.Le(error, tied / (1 + tied) * rho),
    ),
    assumes="w softmax weights of χμ, token 0 the one winner with margin δ > 0, χ >= 0; values real or complex vectors,"
    " ρ the largest distance of a loser's value from the winner's; L = 1: all sides are 0; equality in the second"
    " relation when all losers carry one value, in the third when they also tie; the largest norm of a value is no"
    " bound in place of ρ",
    kind="at_most",
    source="this project",
    prove=lambda: Chain(
        (
            Identity(
                (1 - _W) * _v0 + _N - _v0,
                _N - _W * _v0,
                "w_0 = 1 - W: the error is the sum over losers of w_j (v_j - v_0), W their weight and N their part",
            ),
            Nonnegative(
                (_p + _q) ** 2 - (_p**2 + 2 * _k + _q**2),
                (2 * _l,),
                "triangle inequality, by Cauchy-Schwarz: the real part k of the inner product is p q - l, l >= 0",
                using=(sp.Eq(_k, _p * _q - _l),),
            ),
            Induction(
                L,
                1,
                Identity(_W.subs(_W, 0) * rho, sp.Integer(0), "no loser, no error"),
                Nonnegative(
                    (_W + _s) * (_D + _f) - (_p + _s * _D),
                    (_e, _s * _f),
                    "one loser more, of weight s at distance D = ρ - f: error so far W ρ - e, plus at most s D",
                    using=(sp.Eq(_p, _W * (_D + _f) - _e),),
                ),
            ),
            From(SOFTMAX_TAIL, "and the tail is at most r/(1 + r)"),
        )
    ),
)

RANKED_SELECTION = Claim(
    name="selection.ranked_selection",
    statement=sp.And(
        sp.Eq(of_rank, rank**beta / c * sp.log((L - rank) / eps)),
        sp.Le(1 - weight, eps / (1 + eps)),
        sp.Le(of_rank, last**beta / c * sp.log(L / eps)),
    ),
    assumes="importances in order with gaps of at least c r^{-β} after rank r, c > 0, β >= 0, for 1 <= r <= R < L"
    " (ranks beyond R may tie); the r - 1 best are masked; 0 < ε < 1; χ_r is the sharpness at which losers all tied at"
    " that gap have tail ε/(1 + ε) < ε; so R ranks cost sharpness at most R^β log(L/ε)/c",
    kind="at_most",
    source="this project; separation condition after Takakura and Suzuki 2023, Nishikawa and Suzuki 2025",
    prove=lambda: Chain(
        (
            From(SOFTMAX_TAIL, "on the L - r + 1 tokens that are left, with margin at least c r^{-β}"),
            Identity(
                (_least * sp.exp(-of_rank * c * rank**-beta)).subs(of_rank, rank**beta / c * sp.log(_least / eps)),
                eps,
                "with n = L - r losers their odds at the margin c r^{-β} are together ε, less at a larger one",
            ),
            Nonnegative(
                eps - eps / (1 + eps), (eps**2 / (1 + eps),), "so the tail is at most ε/(1 + ε), which is below ε"
            ),
            Nonnegative(
                (_p + _q) * (_l + _k) - _p * _l,
                (_p * _k, _q * (_l + _k)),
                "r^β = p <= R^β = p + q, and log((L - r)/ε) = l <= log(L/ε) = l + k",
            ),
        )
    ),
)

CLAIMS: tuple[Claim, ...] = (SOFTMAX_TAIL, SHARPNESS_NEEDED, VALUE_ERROR, RANKED_SELECTION)
