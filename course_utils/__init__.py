"""Helpers of the autoencoder course: data, plots and the table of results."""

from course_utils.startup import quiet_startup

__all__ = ["quiet_startup"]
