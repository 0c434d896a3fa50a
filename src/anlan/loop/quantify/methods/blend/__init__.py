"""History and judgement blended, each part visible: rates of events, shares of cases."""
