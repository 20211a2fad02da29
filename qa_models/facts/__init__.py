"""Facts said in a call, in a form that can be compared: numbers, names, places, times, sums, what is asked for."""
