"""The Santa Fe laser: what comes next in the measured intensity of a chaotic laser.

Data set A of the Santa Fe competition (Weigend and Gershenfeld 1994), with its continuation.
"""

import warnings
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from models.tasks.task import as_floating
from numerics.preconditions import as_count, as_real_array

#: steps of the test series that are not scored: from a state of zero, the start is another task
WARM_UP = 100


@dataclass(frozen=True)
class Forecast:
    """Inputs and what comes `horizon` steps later: windows for training, one series for test.

    inputs, targets (windows, window, 1); test_inputs, test_targets (1, test − horizon, 1).
    """

    inputs: Tensor
    targets: Tensor
    test_inputs: Tensor
    test_targets: Tensor


def laser(
    train: int = 2000,
    test: int = 1000,
    window: int = 256,
    horizon: int = 1,
    path: str | Path | None = None,
    dtype: torch.dtype = torch.float32,
) -> Forecast:
    """The first `train` values in all windows, the next `test` as one series; mean 0 and variance 1 in training.

    y_t = u_{t+horizon}

    No value of the test series enters training, its scale, or a training target. Training windows are views of one
    series, one for each start: draw from them by index.

    Arguments: train, test in steps; window: length of training sequences, window + horizon <= train; horizon >= 1;
        path as in `laser_series`; dtype.
    Raises: ValueError for lengths that the series does not hold, a constant training part, or another dtype;
        what `laser_series` raises.
    """
    train, test = as_count("train", train), as_count("test", test)
    window, horizon = as_count("window", window), as_count("horizon", horizon)
    if window + horizon > train:
        raise ValueError(f"window + horizon = {window + horizon}: must be at most train = {train}")
    if test <= horizon + WARM_UP:
        raise ValueError(f"test = {test}: must exceed horizon + warm-up = {horizon + WARM_UP}")
    series = laser_series(path)
    if train + test > len(series):
        raise ValueError(f"train + test = {train + test}: the series has {len(series)} steps")
    seen = series[:train]
    if np.ptp(seen) == 0:
        raise ValueError(f"train = {train}: the series is constant, {seen[0]}, over so many steps and must vary")
    scaled = torch.from_numpy((series - seen.mean()) / seen.std()).to(as_floating(dtype))
    past, future = scaled[:train], scaled[train : train + test]
    windows = past.unfold(0, window, 1)[..., None]
    return Forecast(
        windows[: len(windows) - horizon],
        windows[horizon:],
        future[None, : test - horizon, None],
        future[None, horizon:, None],
    )


def laser_series(path: str | Path | None = None) -> NDArray[np.float64]:
    """The intensities, 10093 integers from 0 to 255, as float64.

    Without a path, from the file inside the installed package reservoirpy, which is read, not imported; nothing is
    downloaded and nothing is unpickled.

    Arguments: path of a text file with one value a line, where the package is not installed.
    Raises: ImportError, with the remedy, when neither is there; ValueError for a file that is not one column of
        finite numbers, or constant.
    """
    if path is None:
        return _packaged()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # of an empty file, which is refused below
            series = np.loadtxt(path, dtype=np.float64, delimiter=",", ndmin=2)
    except ValueError as error:
        raise ValueError(f"{path}: must be one column of numbers ({error})") from error
    if series.size == 0 or series.shape[1] != 1 or not np.isfinite(series).all():
        raise ValueError(f"{path} has shape {series.shape}: must be one column of finite numbers")
    if np.ptp(series) == 0:
        raise ValueError(f"{path} is constant, {series[0, 0]}: must vary")
    return series[:, 0]


def _packaged() -> NDArray[np.float64]:
    spec = find_spec("reservoirpy")
    folders = (spec.submodule_search_locations if spec else None) or ()
    for folder in folders:
        file = Path(folder) / "datasets" / "santafe_laser.npy"
        if file.is_file():
            return np.load(file, allow_pickle=False).astype(np.float64).reshape(-1)
    missing = "is not installed" if spec is None else "carries no santafe_laser.npy in this version"
    raise ImportError(f"reservoirpy {missing}: pip install -e '.[oracles]', or give the path of a file of the series")


def nrmse(prediction: Tensor, target: Tensor, warm_up: int = WARM_UP) -> float:
    """Root of the mean squared error over the variance of the target, both over the steps from `warm_up` on.

    Arguments: prediction, target, (batch, length, 1); warm_up, less than length − 1.
    Raises: ValueError for shapes that differ, no step left to score, values there that are not finite, or a target
        that does not vary there.
    """
    if prediction.shape != target.shape:
        raise ValueError(f"prediction has shape {tuple(prediction.shape)}: must be the target's {tuple(target.shape)}")
    warm_up = as_count("warm_up", warm_up, least=0)
    said, kept = prediction[:, warm_up:].double(), target[:, warm_up:].double()
    if kept.numel():
        as_real_array("prediction", said.detach().cpu().numpy())
        as_real_array("target", kept.detach().cpu().numpy())
    if not kept.numel() or not (variance := float(kept.var(correction=0))):
        raise ValueError(f"warm_up = {warm_up}: nothing that varies is left of {target.shape[1]} steps")
    return float(((said - kept).square().mean() / variance).sqrt())


def persistence(data: Forecast) -> float:
    """The test NRMSE of "as it is now": y_t = u_t."""
    return nrmse(data.test_inputs, data.test_targets)


def linear(data: Forecast, order: int = 32) -> float:
    """The test NRMSE of the best linear forecast from the last `order` values and a constant, fitted in training.

    Least squares over the whole training series. Arguments: data; order, at most the window and `WARM_UP` + 1.
    """
    most = min(data.inputs.shape[1], WARM_UP + 1)
    if as_count("order", order) > most:
        raise ValueError(f"order = {order}: must be at most {most}")
    past, future = (torch.cat([part[0, :, 0], part[1:, -1, 0]]).double() for part in (data.inputs, data.targets))
    lags = past.unfold(0, order, 1)
    rows = torch.cat([lags, torch.ones_like(lags[:, :1])], dim=1)
    weights = torch.linalg.lstsq(rows, future[order - 1 :, None], driver="gelsd").solution
    said = data.test_inputs[0, :, 0].double().unfold(0, order, 1) @ weights[:-1] + weights[-1]
    return nrmse(said[None], data.test_targets[:, order - 1 :].double(), WARM_UP - order + 1)
