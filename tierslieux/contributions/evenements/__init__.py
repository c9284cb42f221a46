"""What happens at places: proposed, corrected and cancelled by people; shown by day, on the map and in calendars."""
