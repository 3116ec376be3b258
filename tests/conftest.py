"""For all tests: no test fails because the machine is slow, or because a kernel was compiled in it."""

from hypothesis import HealthCheck, settings

settings.register_profile("urna", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("urna")
