# %% [markdown]
# # Seattle's temperatures, smoothed: as late as promised, and noisier
#
# Four years of real days, smoothed by averages that keep more or less of their past. How far below
# is the start [without its correction](bias-correction.md), how late is the average, how much noise
# does it leave, and does pandas say the same? Each is measured, and set beside what [the
# weights](memory-length.md) say it should be.
#
# **In short.** The corrected average is that of pandas, to the last digits. Along the year it comes as
# late as the formula says. Noise is where the formula is too kind: it speaks of independent values,
# and the weather of two days is not independent. Shuffle the days, and it holds.

# %%
import sys

sys.path.insert(0, ".")  # run it from the project's root, where snippets/ is

import matplotlib.pyplot as plt
import numpy as np
from vega_datasets import local_data

from snippets.moving_averages.average_that_remembers import average, weights, window_means
from snippets.moving_averages.bias_correction import corrected, from_first
from snippets.moving_averages.memory_length import mean_age, noise_left, span, steps_for

# %% [markdown]
# ## The days
#
# `vega_datasets` carries the weather of Seattle, day by day. We take the highest temperature of each
# day, in °C.

# %%
weather = local_data.seattle_weather()
x = weather["temp_max"]  # a pandas Series
days = x.to_numpy()  # (t,)
betas = (0.5, 0.9, 0.98)
assert (weather["date"].diff().dropna().dt.days == 1).all()  # no day is missing
first, last = (f"{one:%d %B %Y}" for one in weather["date"].iloc[[0, -1]])
print(f"{len(days)} days, {first} to {last}, mean {days.mean():.1f} °C")

# %% alt="Dots for the days of 2012. The more an average keeps, the smoother its line, and the later its summer."
figure, ax = plt.subplots(figsize=(5.0, 3.4))
ax.plot(days[:366], ".", color="#5b5f64", markersize=2.5)
for beta, line in zip(betas, (":", "--", "-"), strict=True):
    ax.plot(corrected(days, beta)[:366], line, label=f"β = {beta}")
ax.set_title("highest temperature, °C, and its corrected averages", loc="left")
ax.set_xlabel("day of 2012")
ax.grid(axis="y")
ax.legend()
plt.show()

# %% [markdown]
# ## The start, with and without the correction
#
# Begun at 0 and told as it is, an average needs some multiples of $1/(1-\beta)$ days to come up.

# %%
print("                 day 1   day 10   day 50  day 200")
print("the day       ", *(f"{days[n - 1]:7.2f}" for n in (1, 10, 50, 200)))
for beta in betas:
    for name, told in (("uncorrected", average(days, beta)), ("corrected", corrected(days, beta))):
        print(f"{beta:4} {name:11}", *(f"{told[n - 1]:7.2f}" for n in (1, 10, 50, 200)))

# %% alt="Uncorrected, the average climbs from zero for half a year. Corrected, it is among the days at once."
figure, ax = plt.subplots(figsize=(5.0, 2.8))
ax.plot(days[:200], ".", color="#5b5f64", markersize=2.5)
ax.plot(corrected(days, 0.98)[:200], "-", color="C0", label="corrected")
ax.plot(average(days, 0.98)[:200], "--", color="C1", label="uncorrected")
ax.set_title("°C, with β = 0.98", loc="left")
ax.set_xlabel("day of 2012")
ax.grid(axis="y")
ax.legend()
plt.show()

# %% [markdown]
# ## The same from pandas
#
# `ewm` of pandas names the same average in four ways, and corrects by default (`adjust=True`). With
# `adjust=False` it begins at the first value. Every number of every day is compared.

# %%
print("largest difference to pandas, °C")
for beta in betas:
    named = {
        "alpha": x.ewm(alpha=1 - beta),
        "com": x.ewm(com=mean_age(beta)),
        "halflife": x.ewm(halflife=steps_for(0.5, beta)),
        "span": x.ewm(span=span(beta)),
    }
    apart = {name: np.abs(one.mean() - corrected(days, beta)).max() for name, one in named.items()}
    apart["adjust=False"] = np.abs(x.ewm(alpha=1 - beta, adjust=False).mean() - from_first(days, beta)).max()
    assert max(apart.values()) < 1e-10
    print(f"β = {beta:4}", *(f"{name} {gap:.0e}" for name, gap in apart.items()), sep="  ")

# %% [markdown]
# ## How late
#
# The year is a wave. Fit one to the days and one to an average, over the three years after the first,
# and compare where they have their tops. On a ramp the average would be late by its mean age. A wave
# turns before an old average has noticed, so there the lag is a little less. For a wave the formula is
# the angle of the sum of all weights, each turned back by its age.


# %%
def wave(values):
    """Mean, cosine and sine of the yearly wave that fits the values of the last three years best."""
    n = np.arange(366, len(days))
    turn = 2 * np.pi * n / 365.25
    return np.linalg.lstsq(np.column_stack([np.ones(n.size), np.cos(turn), np.sin(turn)]), values[366:], rcond=None)[0]


def top(values):
    """The day of the year on which that wave is highest."""
    _, cosine, sine = wave(values)
    return np.arctan2(sine, cosine) * 365.25 / (2 * np.pi) % 365.25


def expected_lag(beta):
    """The lag of the average of a yearly wave, in days."""
    turned = weights(len(days), beta) @ np.exp(-2j * np.pi * np.arange(len(days))[::-1] / 365.25)
    return -np.angle(turned) * 365.25 / (2 * np.pi)


def window_of(values, beta):
    """The mean over the plain window that matches, from the first day on that has one."""
    size = round(span(beta))
    return np.concatenate([np.full(size - 1, np.nan), window_means(values, size)])


print(f"the wave of the days is highest on day {top(days):.0f} of the year")
print("          late by, days   the wave's formula   on a ramp   the window that matches")
for beta in betas:
    late, plain = (top(one) - top(days) for one in (corrected(days, beta), window_of(days, beta)))
    assert abs(late - expected_lag(beta)) < 0.2
    print(f"β = {beta:4}  {late:13.1f}  {expected_lag(beta):19.1f}  {mean_age(beta):10.0f}  {plain:24.1f}")

# %% [markdown]
# The window that matches is late by the mean age, for every wave that is longer than the window: with
# $\beta = 0.98$ the average is the quicker of the two, because its newest days weigh the most.
#
# ## How much noise is left
#
# Take the wave away, and what is left is the weather. If its days were independent, an average would
# leave the sum of the squared weights of its variance.

# %%
n = np.arange(len(days))
mean, cosine, sine = wave(days)
turn = 2 * np.pi * n / 365.25
rest = days - mean - cosine * np.cos(turn) - sine * np.sin(turn)
shuffled = np.random.default_rng(1).permutation(rest)
neighbours = np.corrcoef(rest[:-1], rest[1:])[0, 1]
print(f"without the wave: standard deviation {rest.std():.2f} °C, correlation of neighbours {neighbours:.2f}")
print("share of the variance that is left")
print("          promised  as it lies  shuffled  window that matches, shuffled")
left = {}
for beta in betas:
    promised = noise_left(weights(len(days), beta))
    smooth = corrected(rest, beta), corrected(shuffled, beta), window_of(shuffled, beta)
    left[beta] = promised, *(one[366:].var() / rest.var() for one in smooth)
    print(f"β = {beta:4}  {promised:6.3f}  {left[beta][1]:10.3f}  {left[beta][2]:8.3f}  {left[beta][3]:8.3f}")
assert all(as_it_lies > 1.5 * promised for promised, as_it_lies, *_ in left.values())
assert all(0.5 < again / promised < 1.6 for promised, _, again, _ in left.values())

# %% [markdown]
# A warm day is followed by a warm day, and an average cannot cancel what the days have in common. So
# it leaves more than the formula promises, and the more it keeps, the more times as much.
#
# ## What would be visible
#
# To know that the comparison with pandas can fail, plant a slip: count the days from nought.

# %%
t = np.arange(len(days))
slipped = average(days, 0.9)[1:] / (1 - 0.9 ** t[1:])
gap = np.abs(slipped - x.ewm(alpha=0.1).mean()[1:])
assert gap.max() > 1
print(f"one step too few in the power: off by {gap.max():.1f} °C, and by {gap.iloc[-1]:.0e} on the last day")

# %% [markdown]
# On the last day nothing is to be seen of it: a comparison has to look at the first days.
#
# ## Where it goes next
#
# The same average, of gradients in the place of temperatures, is momentum; of their squares, the
# scale by which Adam divides.
