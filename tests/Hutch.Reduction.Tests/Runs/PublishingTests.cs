using System.Net;
using System.Text.Json;
using Hutch.Reduction.Publishing;
using Hutch.Reduction.Tests.Support;

namespace Hutch.Reduction.Tests.Runs;

/// <summary>Results as others read them: posted to a monitor that is not always well, and in a file that plots by itself.</summary>
public class PublishingTests
{
    private const string Script = "import numpy as np\noutput = {'i_of_d': {'x': np.arange(6) / 2, 'y': input.sum(axis=0), 'xlabel': 'd-spacing (Angstrom)', 'ylabel': 'Intensity', 'unit': 'counts'}, 'image': input * 1}";

    [Fact]
    public void Plots_are_posted_again_until_the_monitor_takes_them_and_the_reduction_does_not_wait()
    {
        using var monitor = new HttpListener();
        var port = FreePort.Next();
        monitor.Prefixes.Add($"http://127.0.0.1:{port}/");
        using var reduction = new RunningReduction(new { publish_url = $"http://user:secret@127.0.0.1:{port}/plots" });
        reduction.WriteProc(Script);
        reduction.Listening();
        for (var i = 1; i <= 30; i++)
        {
            reduction.Sender.Send((ulong)i, 2, run: "5");
            reduction.WaitForChunks(i);
        }
        reduction.Sender.EndRun("array-1.0", "5");
        reduction.WaitUntil(() => reduction.Result is { IsFinal: true }, "the result is final while nobody listens");
        Assert.DoesNotContain("secret", reduction.Log, StringComparison.Ordinal);
        Assert.Contains("could not be posted", reduction.Log, StringComparison.Ordinal);

        monitor.Start();
        for (var answered = 0; ; answered++)
        {
            var got = monitor.GetContextAsync();
            Assert.True(got.Wait(TimeSpan.FromSeconds(60)), "nothing more is posted");
            using var response = got.Result.Response;
            var plot = JsonSerializer.Deserialize<JsonElement>(got.Result.Request.InputStream);
            Assert.Equal("Basic " + Convert.ToBase64String("user:secret"u8), got.Result.Request.Headers["Authorization"]);
            response.StatusCode = answered == 0 ? 503 : 200;
            if (answered > 0 && plot.GetProperty("is_final").GetBoolean())
            {
                var curve = plot.GetProperty("items").EnumerateArray().Single(i => i.GetProperty("name").GetString() == "i_of_d");
                Assert.Equal([240.0, 240, 240, 240, 240, 240], curve.GetProperty("y").EnumerateArray().Select(y => y.GetDouble()));
                Assert.Equal("d-spacing (Angstrom)", curve.GetProperty("labels").GetProperty("xlabel").GetString());
                // The first was refused once; all that was kept has come.
                Assert.InRange(answered, PlotPoster.MostWaiting - 1, PlotPoster.MostWaiting + 1);
                break;
            }
        }
    }

    [Fact]
    public void The_file_of_a_run_says_how_it_is_plotted()
    {
        using var reduction = new RunningReduction();
        reduction.WriteProc(Script);
        reduction.Listening();
        reduction.Sender.Send(1, 2, run: "5");
        reduction.Sender.EndRun("array-1.0", "5");
        reduction.WaitUntil(() => reduction.Result is { IsFinal: true }, "the result is final");
        var file = Path.Combine(reduction.Folder, "saved", $"{reduction.Instrument}_5_reduced.nxs.h5");
        reduction.WaitUntil(() => File.Exists(file), "the file is there");
        // As silx and h5web find a plot: default, default, signal, axes.
        Assert.Equal("i_of_d values [8.0, 8.0, 8.0, 8.0, 8.0, 8.0] counts Intensity x 0 [0.0, 0.5, 1.0, 1.5, 2.0, 2.5] Angstrom d-spacing", Python.Run("""
            import h5py, sys
            text = lambda v: v.decode() if isinstance(v, bytes) else v
            with h5py.File(sys.argv[1]) as f:
                entry = f[text(f.attrs['default'])]
                data = entry[text(entry.attrs['default'])]
                assert [text(n.attrs['NX_class']) for n in (f, entry, data)] == ['NXroot', 'NXentry', 'NXdata']
                signal = data[text(data.attrs['signal'])]
                (axis,) = map(text, data.attrs['axes'])
                print(text(entry.attrs['default']), text(data.attrs['signal']), list(map(float, signal[()])), text(signal.attrs['units']), text(signal.attrs['long_name']),
                      axis, data.attrs['x_indices'], list(map(float, data[axis][()])), text(data[axis].attrs['units']), text(data[axis].attrs['long_name']))
            """, file));
    }
}
