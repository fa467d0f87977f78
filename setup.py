"""The metadata stands in setup.cfg; here is only the media engine, which Cython compiles."""

from Cython.Build import cythonize
from setuptools import Extension, setup

ENGINE = Extension(
    "interpreter.rtp._engine",
    ["interpreter/rtp/_engine.pyx"],
    extra_compile_args=["-O3", "-g0"],
    libraries=["pthread"],
)

setup(ext_modules=cythonize([ENGINE], language_level=3))
