// Events of some pulses -> counts over d; as ../reduce_PG3_live_proc.py.
using System.Globalization;
using System.Xml.Linq;

const double Low = 0.4, High = 2.4;        // angstrom
const int Bins = 2000;

if (!cache.ContainsKey("factor"))
    cache["factor"] = PerMicrosecond(attrs["geometry"]!.ToString()!);

var counts = new long[Bins];
EventHistogram.Count(input.As<EventRecord>(), counts, Bins, Low, High, (double[])cache["factor"]);
output["counts"] = counts;
output["charge"] = double.Parse(attrs["proton_charge"]!.ToString()!, CultureInfo.InvariantCulture);

// d of a microsecond for each pixel, from the instrument's description in the stream.
static double[] PerMicrosecond(string geometry)
{
    var places = XDocument.Load(geometry).Descendants().Where(e => e.Name.LocalName == "location").ToList();
    var primary = places.Max(p => -Number(p, "z"));
    return places.Where(p => p.Attribute("name")?.Value.StartsWith("pixel") == true)
        .Select(p => 1 / (505.556 * (primary + Number(p, "r")) * Math.Sin(Number(p, "t") / 2 * Math.PI / 180))).ToArray();
}

static double Number(XElement place, string name) => double.Parse(place.Attribute(name)?.Value ?? "0", CultureInfo.InvariantCulture);
