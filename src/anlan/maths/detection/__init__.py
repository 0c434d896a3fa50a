"""Detectors that judge a stream of readings one by one and can be stopped and resumed anywhere.

state = detector.begin()
state, verdict = detector.step(state, Reading(at_us, value))

verdicts     reading, verdict, and the rules all detectors share
thresholds   graded thresholds with separate fire and clear levels
charts       control chart with run rules, EWMA, CUSUM
seasonal     usual value of the hour of the week, holidays apart; robust residuals
movement     rate of change, flat line, silence          outlook      time left to a threshold
together     several indicators at once (Mahalanobis)    online       Bayesian change point
drift        is the data still of the same kind?         esd          outliers of a finished series
segments     change points of a finished series          back_test    what would have fired
batch        thresholds, EWMA and CUSUM of many series in one call
"""
