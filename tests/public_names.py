"""What the library offers: every function and class of a namespace with `__all__`."""

import importlib
import inspect
import pkgutil

import mftutor


def public_objects():
    """(name as it is called, object) of everything that a namespace with `__all__` offers."""
    found = {}
    for info in pkgutil.walk_packages(mftutor.__path__, "mftutor."):
        module = importlib.import_module(info.name)
        for name in getattr(module, "__all__", ()):
            value = getattr(module, name)
            if inspect.isfunction(value) or inspect.isclass(value):
                found[id(value)] = (f"{info.name}.{name}", value)
    return sorted(found.values(), key=lambda pair: pair[0])


OBJECTS = public_objects()
