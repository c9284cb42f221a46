"""Weekly tours of a bus, or of helpers shared between town halls: stops, half-days, and what fixed sites would do."""
