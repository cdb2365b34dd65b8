"""When things happen: APScheduler only ticks; what is due stands in the database."""
