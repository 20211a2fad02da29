"""Tables that desk and terminal show alike, as data frames with the headings a hotline uses."""
