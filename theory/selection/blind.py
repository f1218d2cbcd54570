"""What is reached without selection: linear, order-blind, fixed-length.

R (`R`)     least risk of an affine predictor           A (`A`)  best accuracy without the order
N_m (`N`)   sequences of n values, none more than m times         H (`H`)  best cross-entropy without the order, nats
u_t (`u`)   input: the string, then blanks              y_t (`y`)  output           t (`t`)  time
h_k (`h`)   weight of the filter at lag k (`k`)         r (`r`)  rank of its Hankel matrix
"""

import sympy as sp

from theory.claim import Claim
from theory.proof import Chain, Identity, Induction, Nonnegative, telescoping
from theory.selection.notation import L, V, j, n

R, A, H = sp.symbols("R A H", nonnegative=True)
N, u, y, h = sp.IndexedBase("N"), sp.IndexedBase("u"), sp.IndexedBase("y"), sp.IndexedBase("h")
t, k, r = sp.symbols("t k r", integer=True, nonnegative=True)

_W, _Wt, _Q = sp.symbols("W W^T S", commutative=False)
_n, _s, _x, _c, _u = sp.symbols("n s x c u", positive=True)
_Y, _K, _aK = sp.symbols("E[a] E[f] E[af]", real=True)
_m, _a, _z = sp.Symbol("m", integer=True, positive=True), sp.Symbol("a", nonnegative=True), sp.Symbol("z")
_i = sp.Symbol("i", integer=True, nonnegative=True)

LINEAR_RECALL_RISK = Claim(
    name="selection.linear_recall_risk",
    statement=sp.Eq(R, (1 - 1 / n) * (1 - 1 / V)),
    assumes="n distinct keys, values uniform on V one-hot symbols, independent of one another and of keys and query"
    " together, the query uniform over the stored keys whatever these are; affine predictors of the one-hot"
    " answer from one-hot tokens at every place, hence linear layers of any depth, mean squared error; one pair"
    " (n = 1) or one value (V = 1) gives 0",
    kind="equal",
    source="this project",
    prove=lambda: Chain(
        (
            Identity(
                V * (1 / V - 1 / V**2),
                1 - 1 / V,
                "each coordinate of a one-hot value has variance 1/V - 1/V²: the trace of its covariance S",
            ),
            Identity(
                _aK - _Y * _K,
                sp.Integer(0),
                "whatever the keys and the query are, a coordinate a of the answer has the mean 1/V: it is uncorrelated"
                " with any function f of them, and so are the values",
                using=(sp.Eq(_aK, _K / V), sp.Eq(_Y, 1 / V)),
            ),
            Identity(
                _W * _Q * _Wt - (_W * _Q + _Q * _Wt) / _n,
                (_W - 1 / _n) * _Q * (_Wt - 1 / _n) - _Q / _n**2,
                "the answer is value j with probability 1/n, so its covariance with v_j is S/n: what the weights W on"
                " v_j add to the error; its trace is least, -tr S/n², at W = 1/n",
            ),
            Identity(
                (1 - 1 / V) - n * (1 - 1 / V) / n**2,
                (1 - 1 / n) * (1 - 1 / V),
                "n values, which are independent: the sum; mean + (1/n) Σ (v_j - mean) reaches it",
            ),
        )
    ),
)

ORDER_BLIND_ACCURACY = Claim(
    name="selection.order_blind_accuracy",
    statement=sp.And(
        sp.Eq(A, sp.Sum(1 - N[j] / V**n, (j, 0, n - 1)) / n),
        sp.Eq(
            H,
            sp.log(n) - sp.Sum(j * sp.log(j) * sp.binomial(n, j) * (V - 1) ** (n - j), (j, 1, n)) * V / (n * V**n),
        ),
    ),
    assumes="values uniform on V symbols, independent of one another and of keys and query together; the query uniform"
    " over the n stored keys, whatever these are; the predictor sees keys, query and the values as a multiset, not"
    " which key owns which; A is the mean of the largest count over n and H that of the entropy of the counts, for"
    " n = 2 they are (1 + 1/V)/2 and (1 - 1/V) log 2; n = 1 or V = 1 gives accuracy 1, entropy 0",
    kind="equal",
    source="this project",
    prove=lambda: Chain(
        (
            Identity(
                sp.binomial(n - 1, _m - 1) / sp.binomial(n, _m),
                _m / n,
                "of the equally likely orders of a multiset, a share c/n has a value that occurs c times at any one"
                " place, such as that of the query",
            ),
            Nonnegative(
                (_c + _a) / _n - _c / _n,
                (_a / _n,),
                "so the best answer is the most frequent value, right with probability max c/n",
            ),
            telescoping(sp.Integer(1), _i + 1, _i, "the largest count is the sum over m >= 0 of [max c > m]"),
            Identity(
                (V**n - N[j]) / V**n,
                1 - N[j] / V**n,
                "whose mean is the share of sequences in which some value occurs more than m times",
            ),
            Identity(
                sp.diff(_x - 1 - sp.log(_x), _x) * _x,
                _x - 1,
                "log x <= x - 1, since x - 1 - log x falls up to x = 1, where it is 0, and rises after: no"
                " cross-entropy is below the entropy of the posterior, which the posterior itself reaches",
            ),
            Identity(
                -_c / _n * sp.log(_c / _n),
                _c / _n * sp.log(_n) - _c * sp.log(_c) / _n,
                "one count's part of the entropy; the counts sum to n",
            ),
            Identity(
                (1 / (1 + _a)) ** _m * (_a / (1 + _a)) ** _i,
                _a**_i / (1 + _a) ** (_m + _i),
                "each of V counts is binomial with chance 1/V, a = V - 1: its mean c log c",
            ),
        )
    ),
)

COPY_FIXED_LENGTH_LINEAR = Claim(
    name="selection.copy_fixed_length_linear",
    statement=sp.And(
        sp.Eq(y[t], u[t - L]),
        sp.Eq(h[k], sp.Piecewise((1, sp.Eq(k, L)), (0, True))),
        sp.Eq(r, L),
    ),
    assumes="strings of one length L >= 1, known beforehand, each followed by L blanks during which symbol i is due at"
    " time L + i; one linear filter on each token channel, which sees only the present and the past; t >= L,"
    " and the lags 1 <= k <= 2L - 1 that a copy of every string forces (lag 0 meets blanks only); r states per channel",
    kind="equal",
    source="this project",
    prove=lambda: Chain(
        (
            Induction(
                L,
                1,
                Identity(_z, _z**1, "one state holds the last input: a delay of one"),
                Identity(_z * _z**L, _z ** (L + 1), "one more state takes over from the last: a delay of L"),
            ),
            Identity(
                (L + _i) - (L - 1 + _i),
                sp.Integer(1),
                "at time L + i the symbol s is met by the tap at lag L + i - s, from 1 ..",
            ),
            Identity(
                (L + L - 1) - sp.Integer(0),
                2 * L - 1,
                ".. to 2L - 1, and symbols are arbitrary: the tap is 1 for s = i, lag L, and 0 for every other lag",
            ),
            Identity(
                L - 1 - (L - 1 - _i),
                _i,
                "the Hankel matrix h_{i+j+1} is 1 where i + j = L - 1: it reverses L rows, its own inverse, and the"
                " others are 0; so its rank, the least number of states, is L",
            ),
        )
    ),
)

CLAIMS: tuple[Claim, ...] = (LINEAR_RECALL_RISK, ORDER_BLIND_ACCURACY, COPY_FIXED_LENGTH_LINEAR)
