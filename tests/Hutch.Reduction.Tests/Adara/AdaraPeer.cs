using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hutch.Reduction.Tests.Support;

namespace Hutch.Reduction.Tests.Adara;

/// <summary>A stream management service in Python that makes its packets by hand, and says what numpy counts of them (tests/peers/adara_sender.py).</summary>
internal sealed class AdaraPeer : IDisposable
{
    public const int Pixels = 64;
    public const int Bins = 100;
    public const int TofMax = 16667;

    private readonly Process _python;

    public AdaraPeer()
    {
        Folder = Directory.CreateTempSubdirectory("hutch-adara-").FullName;
        _python = Process.Start(new ProcessStartInfo("/usr/bin/python3", [Repository.Peer("adara_sender.py"), Folder]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        Port = int.Parse(_python.StandardOutput.ReadLine()!, CultureInfo.InvariantCulture);
    }

    public string Folder { get; }

    public int Port { get; }

    public string Address => $"adara://127.0.0.1:{Port}";

    /// <summary>The hellos that came: version, start, flags.</summary>
    public long[][] Hellos => JsonSerializer.Deserialize<long[][]>(Ask(new { @do = "hellos" }))!;

    public void Do(object order) => Assert.Equal("ok", Ask(order));

    public void Pulses(int run, int count, bool paused = false, bool again = false, string extra = "") => Do(new { @do = "pulses", run, count, paused, again, extra });

    public void NewRun(int run, int version = 0) => Do(new { @do = "status", run, kind = 1, version });

    public void EndRun(int run) => Do(new { @do = "status", run, kind = 4 });

    public void WaitForHellos(int hellos) => Do(new { @do = "wait", hellos });

    /// <summary>How many events numpy has of a run, and its charge in pC; the histogram is left in a file.</summary>
    public (long Events, double Charge) Expect(int run)
    {
        var answer = JsonNode.Parse(Ask(new { @do = "expect", run, ids = Pixels, bins = Bins, tof_max = TofMax }))!;
        return ((long)answer["events"]!, (double)answer["charge"]!);
    }

    /// <summary>Asserts that the saved result of a run is what numpy counts.</summary>
    public void AssertExact(RunningReduction reduction, int run)
    {
        var (events, charge) = Expect(run);
        var found = Python.Run("""
            import h5py, numpy, sys
            with h5py.File(sys.argv[1]) as f:
                counts, charge = f['entry/counts/values'][()], float(numpy.ravel(f['entry/charge/values'][()])[0])
                print(counts.sum(), charge, numpy.array_equal(counts, numpy.load(sys.argv[2])))
            """, Path.Combine(reduction.Folder, "saved", $"{reduction.Instrument}_{run}_reduced.nxs.h5"), Path.Combine(Folder, $"{run}.npy"));
        Assert.Equal(string.Create(CultureInfo.InvariantCulture, $"{events} {charge:0.0} True"), found);
    }

    public void Dispose()
    {
        _python.StandardInput.Close();
        if (!_python.WaitForExit(5000))
            _python.Kill();
        _python.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    private string Ask(object order)
    {
        _python.StandardInput.WriteLine(JsonSerializer.Serialize(order));
        _python.StandardInput.Flush();
        return _python.StandardOutput.ReadLine()!;
    }
}
