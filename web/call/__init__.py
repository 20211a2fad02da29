"""One call: hearing it, reading it beside its ticket, and what people say of its sheet."""
