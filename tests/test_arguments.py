"""Wrong objects are named, everywhere; arrays may come as people have them, or are refused."""

import inspect
from collections.abc import Mapping, Sequence
from typing import get_args, get_origin, get_type_hints

import numpy as np
import pytest
from public_names import OBJECTS

import mftutor as mf

# Records that are results: the library makes them.
RESULTS = {
    mf.InitializationComparison,
    mf.Trajectory,
    mf.flow.Path,
    mf.sensing.Fit,
    mf.sensing.Run,
    mf.deep.Run,
    mf.data.RecordedHittingTimes,
    mf.data.Timings,
}


def is_object(hint):
    """Whether an annotation asks for an object of ours, an executor, or a mapping."""
    if get_origin(hint) is Mapping:
        return True
    if get_args(hint):
        parts = set(get_args(hint)) - {type(None)}
        return get_origin(hint) is not tuple and all(is_object(part) for part in parts)
    return isinstance(hint, type) and hint.__module__.startswith(("mftutor.", "concurrent."))


def stand_in(hint):
    """Something of the right class, empty."""
    if get_origin(hint) is Mapping:
        return {"one": stand_in(get_args(hint)[1])}
    if get_origin(hint) is Sequence:
        return [stand_in(get_args(hint)[0])]
    hint = get_args(hint)[0] if get_args(hint) else hint  # of several, the first will do
    return object.__new__(hint) if is_object(hint) else [1]


def object_arguments():
    """A call, and the arguments in which it asks for an object."""
    for name, value in OBJECTS:
        if value in RESULTS or name.startswith("mftutor.claims"):
            continue
        function = value.__init__ if inspect.isclass(value) else value
        hints = get_type_hints(function)
        for argument in inspect.signature(value).parameters:
            if is_object(hints.get(argument)):
                yield pytest.param(value, hints, argument, id=f"{name}-{argument}")


@pytest.mark.parametrize(("call", "hints", "argument"), list(object_arguments()))
def test_objects_of_another_class_are_named(call, hints, argument):
    parameters = inspect.signature(call).parameters
    given = {
        name: stand_in(hints[name])
        for name, parameter in parameters.items()
        if parameter.default is inspect.Parameter.empty and parameter.kind != parameter.VAR_KEYWORD
    }
    for wrong in ([1, 2], 7, "run", object()):
        with pytest.raises((TypeError, ValueError), match=rf"^{argument} must be .*, got "):
            call(**given | {argument: wrong})


def test_that_walk_meets_every_wing():
    wings = {case.id.split(".")[1] for case in object_arguments() if case.id.count(".") > 1}
    assert wings >= {"compression", "deep", "figures", "flow", "sensing", "sweeps", "theory"}
    assert len(list(object_arguments())) > 80


def test_names_of_classes_are_those_people_write():
    problem = mf.figure_1_problem(10)
    with pytest.raises(TypeError, match=r"^problem must be a mftutor.Problem, got \[1\] \(list\)$"):
        mf.gradient_descent([1], [[1.0]], step_size=0.1, n_steps=1)
    with pytest.raises(TypeError, match=r"^problem must be a mftutor.sensing.Problem, got Problem"):
        mf.sensing.best_fit(problem, 1, seed=0, n_starts=1)
    with pytest.raises(TypeError, match=r"^executor must be a concurrent.futures.Executor or None"):
        mf.sweeps.sweep(object.__new__(mf.sweeps.Grid), executor=4)
    with pytest.raises(TypeError, match="^file must be a path, got 4$"):
        mf.sweeps.sweep(object.__new__(mf.sweeps.Grid), file=4)


# Arrays as people have them

VALUES = np.array([1.0, 0.5, 0.25, 0.0])
ROWS = np.arange(1.0, 9.0).reshape(4, 2) / 8  # exact in every precision
SYMMETRIC = np.diag([2.0, 1.0, 0.5, 0.25]) + 0.125


class Sparse:
    """What SciPy's sparse matrices have in common."""

    def toarray(self):
        return ROWS


class Frame:
    """What pandas' frames and series, and arrays of other libraries, have in common."""

    def __init__(self, values):
        self.values = values

    def __array__(self, dtype=None, copy=None):
        return np.array(self.values, dtype=dtype)


def read_only(array):
    array = array.copy()
    array.setflags(write=False)
    return array


MEANT = {
    "lists": np.ndarray.tolist,
    "single": lambda a: a.astype(np.float32),
    "half": lambda a: a.astype(np.float16),
    "long": lambda a: a.astype(np.longdouble),
    "byte-swapped": lambda a: a.astype(a.dtype.newbyteorder()),
    "strided": lambda a: np.repeat(a, 2, axis=0)[::2],
    "column by column": np.asfortranarray,
    "read-only": read_only,
    "a frame": Frame,
    "nothing masked": np.ma.masked_array,
}
REFUSED = {
    "masked": (lambda a: np.ma.masked_array(a, mask=a == a.flat[0]), "masked entries"),
    "sparse": (lambda a: Sparse(), r"Sparse: use \.toarray\(\)"),
    "objects": (lambda a: a.astype(object), "real numbers"),
    "complex": (lambda a: a + 0j, "real numbers"),
    "booleans": (lambda a: a > 0, "real numbers"),
    "words": (lambda a: a.astype(str), "real numbers"),
    "one number": (lambda a: np.float64(1.0), "shape"),
    "nothing": (lambda a: a[:0], "at least|shape|empty|not constant"),
}
PROBLEM = mf.Problem(VALUES, 2)
MEASURED = mf.sensing.matrix_measurements(np.stack([np.eye(4), SYMMETRIC]))
# What is called with one array: its name in the message, the array, the call, what is compared.
CALLS = {
    "Problem": ("eigenvalues", VALUES, lambda a: mf.Problem(a, 2).eigenvalues),
    "diagonalize": ("matrix", SYMMETRIC, lambda a: mf.diagonalize(a, 2)[0].eigenvalues),
    "gradient_step": ("X", ROWS, lambda a: mf.gradient_step(PROBLEM, a, step_size=0.1)),
    "gradient_descent": (
        "X0",
        ROWS,
        lambda a: mf.gradient_descent(PROBLEM, a, step_size=0.1, n_steps=3).error,
    ),
    "benign_region": ("X_or_run", ROWS, lambda a: mf.benign_region(PROBLEM, a).values["signal"]),
    "replace_tail": ("X0", ROWS, lambda a: mf.compression.replace_tail(PROBLEM, a, 1)[1]),
    "flow.solve": ("X0", ROWS, lambda a: mf.flow.solve(PROBLEM, a, [1.0, 2.0]).error),
    "hitting_times": ("X0", ROWS, lambda a: mf.flow.hitting_times(PROBLEM, a)),
    "spectral_error": (
        "X0",
        ROWS,
        lambda a: mf.theory.spectral_error(PROBLEM, a, step_size=0.1, n_steps=3),
    ),
    "peel_off": ("X", ROWS, lambda a: mf.theory.peel_off(PROBLEM, a)[1]),
    "sensing.Problem": (
        "eigenvalues",
        VALUES[:2],
        lambda a: mf.sensing.Problem(MEASURED, a, np.eye(4)[:, :2]).eigenvalues,
    ),
    "patch_covariance": (
        "image",
        SYMMETRIC,
        lambda a: mf.data.patch_covariance(a, side=2),
    ),
}
each_call = pytest.mark.parametrize("name", CALLS)


@each_call
@pytest.mark.parametrize("kind", MEANT)
def test_arrays_of_these_kinds_are_meant(name, kind):
    _, array, call = CALLS[name]
    np.testing.assert_array_equal(call(MEANT[kind](array)), call(array))


@each_call
@pytest.mark.parametrize("kind", REFUSED)
def test_arrays_of_these_kinds_are_refused(name, kind):
    argument, array, call = CALLS[name]
    change, words = REFUSED[kind]
    with pytest.raises(ValueError, match=rf"^{argument} .*({words})"):
        call(change(array))


def test_whole_numbers_are_meant():
    problem = mf.Problem([4, 2, 1, 0], 2)
    rows = [[1, 0], [0, 1], [1, 1], [2, 0]]
    exact = mf.gradient_step(
        mf.Problem([4.0, 2.0, 1.0, 0.0], 2), np.array(rows, float), step_size=0.125
    )
    assert np.array_equal(mf.gradient_step(problem, rows, step_size=0.125), exact)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_matrices_are_held_to_their_own_precision(dtype):
    rng = np.random.default_rng(0)
    B = rng.standard_normal((40, 12)).astype(dtype)
    D = np.linspace(1, 2, 12).astype(dtype)
    gram = (B * D) @ B.T  # rank 12: eigenvalues down to minus a rounding, not quite symmetric
    with pytest.warns(UserWarning, match="within rounding of zero"):
        problem, _ = mf.diagonalize(gram, 3)
    assert (problem.eigenvalues[12:] == 0).all()
    with pytest.raises(ValueError, match="^matrix must be symmetric"):
        mf.diagonalize(gram + 100 * np.tri(40, dtype=dtype), 3)
