"""A shared machine is slow now and then: an example has no deadline, only a count."""

from hypothesis import settings

settings.register_profile("tracker", deadline=None)
settings.load_profile("tracker")
