using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Hutch.Detectors.Compression;
using Hutch.Native.Lz4;

namespace Hutch.Bench.Detectors;

/// <summary>Bitshuffle-LZ4 of images in one thread against the bitshuffle library, each side with the same images on the same processor.</summary>
/// <param name="size">Bytes of a pixel: 1, 2 or 4.</param>
public sealed class CompressorBenchmark(int size) : Benchmark
{
    private const int Rounds = 8;

    private readonly string _file = Path.Combine(Path.GetTempPath(), $"hutch-bench-{Environment.ProcessId}.raw");
    private CompressorLoad? _load;
    private Process? _python;

    public override string Name => size == 2 ? "compressor-vs-bitshuffle" : $"compressor-{size * 8}-bits-vs-bitshuffle";

    public override string Description => $"bytes a second of processor time, one thread: bitshuffle-LZ4 of diffraction images of {size * 8} bits / bitshuffle.compress_lz4 of Debian's bitshuffle";

    public override double Bar => 1.5;

    public override IReadOnlyList<string> Packages => ["bitshuffle", "python3-numpy"];

    public override int Samples => 11;

    public override void Prepare()
    {
        Processors.Pin(1);
        _load = new CompressorLoad(size);
        File.WriteAllBytes(_file, _load.Pixels);
        var script = Path.Combine(Path.GetDirectoryName(ThisFile())!, "bitshuffle_rate.py");
        _python = Process.Start(new ProcessStartInfo("/usr/bin/python3", [script, _file, $"{CompressorLoad.Rows * CompressorLoad.Columns}", $"{size}", $"{Rounds}"]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
    }

    public override double Sample(TextWriter log)
    {
        ArgumentNullException.ThrowIfNull(log);
        var started = ThreadTime.Now;
        var compressed = _load!.Compress(Rounds);
        var ours = ThreadTime.Now - started;
        _python!.StandardInput.WriteLine();
        _python.StandardInput.Flush();
        var answer = JsonDocument.Parse(_python.StandardOutput.ReadLine() ?? throw new InvalidOperationException("bitshuffle_rate.py has ended")).RootElement;
        var theirs = TimeSpan.FromSeconds(answer.GetProperty("seconds").GetDouble());
        var bytes = (double)Rounds * _load.Pixels.Length;
        log.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"  ours {bytes / ours.TotalSeconds / 1e9:0.00} GB/s to {compressed} bytes, of which liblz4 alone {Lz4Alone() / ours:P0}, bitshuffle {bytes / theirs.TotalSeconds / 1e9:0.00} GB/s to {answer.GetProperty("bytes").GetInt64()}"));
        return theirs / ours;
    }

    protected override void Dispose(bool disposing)
    {
        _python?.StandardInput.Close();
        _python?.WaitForExit();
        _python?.Dispose();
        File.Delete(_file);
        Processors.Unpin();
    }

    // What is left of the time when there is nothing but the library's calls: the limit of what the transpose can gain.
    private unsafe TimeSpan Lz4Alone()
    {
        var transposed = new byte[_load!.Pixels.Length];
        var block = BitshuffleLz4.ScratchBytes(size);
        var target = new byte[2 * block];
        fixed (byte* from = _load.Pixels, planes = transposed, to = target)
        {
            for (var at = 0; at < transposed.Length; at += block)
                BitTranspose.Forward(from + at, planes + at, block / size, size);
            var started = ThreadTime.Now;
            for (var round = 0; round < Rounds; round++)
            {
                for (var at = 0; at < transposed.Length; at += block)
                    _ = Lz4.Compress(planes + at, block, to, target.Length);
            }
            return ThreadTime.Now - started;
        }
    }

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
