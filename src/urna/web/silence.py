"""No face tells a telemetry provider what people do at it."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fastapi.telemetry import TelemetryConfig

SILENT: "TelemetryConfig" = {"tracing": False, "metrics": False, "logs": False, "auto_configure": False}
"""FastAPI's own telemetry would give paths, queries and errors' words to whatever OpenTelemetry provider there is."""
