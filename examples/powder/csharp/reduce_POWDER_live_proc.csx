// One image of a flat detector -> counts and pixels in rings of equal 2theta; as ../reduce_POWDER_live_proc.py.
const double Distance = 1500;      // sample to detector, in pixels
const double Step = 0.05;          // width of a bin, degrees

var (height, width) = ((int)input.Shape[0], (int)input.Shape[1]);
if (!cache.ContainsKey("bins"))
    (cache["bins"], cache["pixels"]) = Rings(input.As<ushort>(), height, width);
var pixels = (long[])cache["pixels"];

output["counts"] = Integrate(input.As<ushort>(), (ushort[])cache["bins"], pixels.Length);
output["pixels"] = pixels;
output["image"] = input;

// Sums the counts of the pixels of each bin.
static long[] Integrate(ReadOnlySpan<ushort> image, ushort[] bins, int count)
{
    var counts = new long[count];
    for (var i = 0; i < image.Length; i++)
        counts[bins[i]] += image[i];
    return counts;
}

// The bin of each pixel, and how many pixels a bin has; the beam meets the detector in its centre.
static (ushort[] Bins, long[] Pixels) Rings(ReadOnlySpan<ushort> image, int height, int width)
{
    var bins = new ushort[image.Length];
    for (var row = 0; row < height; row++)
    {
        for (var column = 0; column < width; column++)
        {
            var (y, x) = (row - (height - 1) / 2.0, column - (width - 1) / 2.0);
            bins[row * width + column] = (ushort)(Math.Atan2(Math.Sqrt(x * x + y * y), Distance) * 180 / Math.PI / Step);
        }
    }
    var pixels = new long[bins.Max() + 1];
    for (var row = 0; row < height; row++)
    {
        // Rows between modules belong to no module: they are empty in every image.
        if (!image.Slice(row * width, width).ContainsAnyExcept((ushort)0))
            continue;
        for (var column = 0; column < width; column++)
            pixels[bins[row * width + column]]++;
    }
    return (bins, pixels);
}
