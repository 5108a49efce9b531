using System.Globalization;
using Hutch.Tests.EndToEnd.Support;
using Microsoft.Playwright;

namespace Hutch.Tests.EndToEnd.Reduction;

/// <summary>The example, from the detector's packets to the plot in a browser.</summary>
public class PowderTests
{
    // Silicon's first ring at 0.7 angstrom: 2 asin(0.7 sqrt(3) / (2 * 5.43123)).
    private const double FirstRing = 12.81;

    private static string Example(string file) => File.ReadAllText(Path.Combine(Repository.Root, "examples", "powder", file));

    [Fact]
    public async Task A_powder_pattern_is_reduced_live_and_its_page_follows_the_script()
    {
        using var detector = SampleDetectors.Jungfrau(1);
        using var reduction = new LiveReduction($"ring:{detector.Name}");
        File.WriteAllText(reduction.Proc, Example("reduce_POWDER_live_proc.py"));
        File.WriteAllText(reduction.Post, Example("reduce_POWDER_live_post_proc.py"));
        using var live = reduction.Start();
        using var other = SampleDetectors.Eiger();   // the demonstration drives its own detector
        using var rest = reduction.Hutch("run", "rest", "--config", other.ConfigFile, "--store", $"sqlite://{other.Folder["store.db"]}", "--image-slots", "4", "--port", "0");
        var url = rest.WaitForOutput(@"http://127\.0\.0\.1:\d+").Value;
        using var demo = ChildProcess.Hutch("demo", "--pattern", "powder", "--config", detector.ConfigFile, "--images", "40", "--rate", "8", "--output", detector.OutputFile, "--json");

        await using var browser = await Browser.OpenAsync();
        var page = await browser.NewPageAsync();
        await page.GotoAsync($"{url}/reduction");
        await page.Locator("figure[data-name='I(2theta)'] canvas").WaitForAsync();
        // On a busy machine a packet may be lost, and the demonstration be dissatisfied with itself; what was announced is reduced.
        demo.WaitForExit();
        var images = reduction.WaitUntilReduced(live);
        await WaitFor(page, "#reduced", text => text == $"{images}", live);
        await WaitFor(page, "#made", text => text.Contains($" {images} chunks", StringComparison.Ordinal), live);
        Assert.Equal(FirstRing, await Number(page, "strongest ring"), 0.1);
        Assert.True(await page.Locator("canvas.image").EvaluateAsync<bool>("c => c.width > 100 && c.getContext('2d').getImageData(0, 0, c.width, c.height).data.some(v => v > 100)"));
        await Screenshot(page, "reduction.png");

        // The beam is off, but what was measured is still here: the plot follows the script.
        var before = double.Parse(await page.Locator("figure[data-name='I(2theta)']").GetAttributeAsync("data-sum") ?? "", CultureInfo.InvariantCulture);
        File.WriteAllText(reduction.Post, Example("reduce_POWDER_live_post_proc.py").Replace("'y': intensity", "'y': 2 * intensity", StringComparison.Ordinal));
        await WaitForSum(page, 2 * before, live);

        File.WriteAllText(reduction.Post, "output = (accumulation\n");
        await WaitFor(page, "#failure-title", text => text.Contains("SyntaxError", StringComparison.Ordinal) && text.Contains("line 1", StringComparison.Ordinal), live);
        await WaitFor(page, "#banner", text => text.StartsWith("Stale", StringComparison.Ordinal), live);
        await WaitForSum(page, 2 * before, live);
        Assert.True(await page.Locator("#plots.stale").IsVisibleAsync());
        await Screenshot(page, "reduction-stale.png");

        File.WriteAllText(reduction.Post, Example("reduce_POWDER_live_post_proc.py"));
        await WaitForSum(page, before, live);
        await WaitFor(page, "#banner", text => text.Length == 0, live);

        live.Signal(ChildProcess.SigTerm);
        Assert.Equal(0, live.WaitForExit());
        await WaitFor(page, "#banner", text => text.StartsWith("No update", StringComparison.Ordinal), live);
    }

    [Fact]
    public void The_scripts_in_CSharp_see_the_same_ring()
    {
        using var detector = SampleDetectors.Jungfrau(1);
        using var reduction = new LiveReduction($"ring:{detector.Name}");
        File.WriteAllText(Path.ChangeExtension(reduction.Proc, "csx"), Example("csharp/reduce_POWDER_live_proc.csx"));
        File.WriteAllText(Path.ChangeExtension(reduction.Post, "csx"), Example("csharp/reduce_POWDER_live_post_proc.csx"));
        using var live = reduction.Start();
        using var demo = ChildProcess.Hutch("demo", "--pattern", "powder", "--config", detector.ConfigFile, "--images", "20", "--rate", "8", "--output", detector.OutputFile, "--json");
        demo.WaitForExit();
        var images = reduction.WaitUntilReduced(live);
        var result = Path.Combine(reduction.Runtime, "livereduce", reduction.Instrument, "result.bin");
        Wait.Until(() => File.Exists(result) && Chunks(result) == images, () => $"{reduction.Status}\n{live}");
        var ring = global::Hutch.LiveResults.ResultFile.TryRead(result)!.Items.Single(i => i.Name == "strongest ring").Values.ToDoubles()[0];
        Assert.Equal(FirstRing, ring, 0.1);
    }

    private static long Chunks(string result) => global::Hutch.LiveResults.ResultFile.TryRead(result)!.Chunks;

    private static async Task<double> Number(IPage page, string name) =>
        double.Parse((await page.Locator($"dt:text-is('{name}') + dd").InnerTextAsync()).Split(' ')[0], CultureInfo.InvariantCulture);

    private static async Task WaitFor(IPage page, string selector, Func<string, bool> isRight, ChildProcess live)
    {
        var text = "";
        var deadline = DateTime.UtcNow + Wait.Deadline;
        while (!isRight(text = await page.Locator(selector).TextContentAsync() ?? ""))
        {
            Assert.True(DateTime.UtcNow < deadline, $"{selector} is '{text}'\n{live}");
            await Task.Delay(50);
        }
    }

    private static async Task WaitForSum(IPage page, double sum, ChildProcess live)
    {
        var found = "";
        var deadline = DateTime.UtcNow + Wait.Deadline;
        while (!double.TryParse(found = await page.Locator("figure[data-name='I(2theta)']").GetAttributeAsync("data-sum"), CultureInfo.InvariantCulture, out var now) || Math.Abs(now - sum) > 1e-6 * sum)
        {
            Assert.True(DateTime.UtcNow < deadline, $"the curve's sum is {found}, not {sum}\n{live}");
            await Task.Delay(50);
        }
    }

    private static async Task Screenshot(IPage page, string name)
    {
        var folder = Directory.CreateDirectory(Path.Combine(Repository.Root, "artifacts", "screenshots")).FullName;
        await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder, name), FullPage = true });
    }
}
