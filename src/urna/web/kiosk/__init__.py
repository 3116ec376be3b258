"""What both faces of a station share: who may look in, the page frame, the display, and files that never change."""
