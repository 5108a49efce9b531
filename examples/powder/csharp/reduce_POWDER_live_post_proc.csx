// The run so far -> I(2theta), the summed image, and some numbers; as ../reduce_POWDER_live_post_proc.py.
const double Step = 0.05;          // width of a bin, degrees

var counts = accumulation["counts"].As<long>().ToArray();
var pixels = accumulation["pixels"].As<long>().ToArray();
var measured = Enumerable.Range(0, counts.Length).Where(i => pixels[i] > 0).ToArray();
var twoTheta = measured.Select(i => (i + 0.5) * Step).ToArray();
var intensity = measured.Select(i => (double)counts[i] / pixels[i]).ToArray();
var strongest = Array.IndexOf(intensity, intensity.Max());

output["I(2theta)"] = new Curve(twoTheta, intensity) { XLabel = "2theta / degrees", YLabel = "counts a pixel and image", Title = "I(2theta)" };
output["image"] = accumulation["image"];
output["images"] = Convert.ToDouble(attrs["chunks"]!.ToString());
output["total counts"] = counts.Sum();
output["strongest ring"] = twoTheta[strongest];
output["relative error there"] = Math.Sqrt(counts[measured[strongest]]) / pixels[measured[strongest]] / intensity[strongest];
