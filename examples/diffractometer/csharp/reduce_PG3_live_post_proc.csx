// The run so far -> I(d) for a charge of 1 mC, and some numbers; as ../reduce_PG3_live_post_proc.py.
using System.Globalization;

const double Low = 0.4, High = 2.4;        // angstrom
const int Bins = 2000;

var counts = accumulation["counts"].As<long>().ToArray();
var charge = accumulation["charge"].As<double>()[0] / 1e9;     // pC -> mC
var d = Enumerable.Range(0, Bins).Select(i => Low + (i + 0.5) * (High - Low) / Bins).ToArray();

output["I(d)"] = new Curve(d, counts.Select(n => n / charge).ToArray()) { XLabel = "d / angstrom", YLabel = "counts per mC", Title = "I(d)" };
output["run"] = double.Parse(attrs["run"]!.ToString()!, CultureInfo.InvariantCulture);
output["proton charge"] = charge;
output["events"] = (double)counts.Sum();
output["strongest reflection"] = d[Array.IndexOf(counts, counts.Max())];
