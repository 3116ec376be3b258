"""Audits of machines against paper: what is drawn, what is tested, and how sure a sample makes us."""
