"""Events of some pulses -> counts over d, by Bragg's law: a neutron that arrives after t was scattered by planes of the distance
d = t / (505.556 us/(angstrom m) * L * sin(theta)), with L the way from the moderator over the sample to the pixel.

`input` has the events, `attrs` what else is known of their pulses. `cache` lives as long as this script is in use.
"""
import xml.etree.ElementTree as ET

import numpy as np

LOW, HIGH, BINS = 0.4, 2.4, 2000       # angstrom


def d_per_microsecond(geometry):
    """For each pixel, from the instrument's description in the stream: r and t (2theta) of its place, seen from the sample."""
    root = ET.parse(geometry).getroot()
    places = [place for place in root.iter() if place.tag.endswith('location')]
    primary = max(-float(place.get('z', 0)) for place in places)
    pixels = [place for place in places if place.get('name', '').startswith('pixel')]
    r, two_theta = (np.array([float(place.get(key)) for place in pixels]) for key in 'rt')
    return 1 / (505.556 * (primary + r) * np.sin(np.radians(two_theta) / 2))


if 'factor' not in cache:
    cache['factor'] = d_per_microsecond(attrs['geometry'])

output['counts'] = events.histogram(input, BINS, LOW, HIGH, factor=cache['factor'])
output['charge'] = attrs['proton_charge']
output['monitor'] = attrs['monitors']['1']['count'] if 'monitors' in attrs else 0
