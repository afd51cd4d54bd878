"""Helpers of the autoencoder course: data, plots and the table of results."""

import logging

from course_utils.startup import quiet_startup

__all__ = ["quiet_startup"]

# At its first start on a machine with many fonts, Matplotlib says in red that it is
# looking through them.
logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)
