using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.Json;
using Hutch.Detectors.Compression;
using Hutch.Detectors.Simulation;
using Hutch.Native.Lz4;

namespace Hutch.Bench.Detectors;

/// <summary>Bitshuffle-LZ4 of images in one thread against the bitshuffle library, each side with the same images on the same processor.</summary>
/// <param name="size">Bytes of a pixel: 1, 2 or 4.</param>
public sealed class CompressorBenchmark(int size) : Benchmark
{
    private const int Columns = 1024;
    private const int Rows = 512;
    private const int Images = 8;
    private const int Rounds = 8;

    private readonly string _file = Path.Combine(Path.GetTempPath(), $"hutch-bench-{Environment.ProcessId}.raw");
    private readonly byte[] _pixels = new byte[Images * Rows * Columns * size];
    private readonly byte[] _target = new byte[2 * Rows * Columns * size];
    private readonly byte[] _scratch = new byte[BitshuffleLz4.ScratchBytes(size)];
    private Process? _python;

    public override string Name => size == 2 ? "compressor-vs-bitshuffle" : $"compressor-{size * 8}-bits-vs-bitshuffle";

    public override string Description => $"bytes a second of processor time, one thread: bitshuffle-LZ4 of diffraction images of {size * 8} bits / bitshuffle.compress_lz4 of Debian's bitshuffle";

    public override double Bar => 1.5;

    public override IReadOnlyList<string> Packages => ["bitshuffle", "python3-numpy"];

    public override int Samples => 11;

    public override void Prepare()
    {
        Processors.Pin(1);
        Simulate();
        File.WriteAllBytes(_file, _pixels);
        var script = Path.Combine(Path.GetDirectoryName(ThisFile())!, "bitshuffle_rate.py");
        _python = Process.Start(new ProcessStartInfo("/usr/bin/python3", [script, _file, $"{Rows * Columns}", $"{size}", $"{Rounds}"]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
    }

    public override double Sample(TextWriter log)
    {
        ArgumentNullException.ThrowIfNull(log);
        var ours = Ours(out var compressed);
        _python!.StandardInput.WriteLine();
        _python.StandardInput.Flush();
        var answer = JsonDocument.Parse(_python.StandardOutput.ReadLine() ?? throw new InvalidOperationException("bitshuffle_rate.py has ended")).RootElement;
        var theirs = TimeSpan.FromSeconds(answer.GetProperty("seconds").GetDouble());
        var bytes = (double)Rounds * _pixels.Length;
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

    private TimeSpan Ours(out long compressed)
    {
        compressed = 0;
        var started = ThreadTime.Now;
        for (var i = 0; i < Rounds * Images; i++)
        {
            var image = _pixels.AsSpan(i % Images * (_pixels.Length / Images), _pixels.Length / Images);
            var length = BitshuffleLz4.Compress(image, size, _target, _scratch);
            compressed += i < Images ? length - BitshuffleLz4.HeaderBytes : 0;
        }
        return ThreadTime.Now - started;
    }

    // What is left of the time when there is nothing but the library's calls: the limit of what the transpose can gain.
    private unsafe TimeSpan Lz4Alone()
    {
        var transposed = new byte[_pixels.Length];
        var block = BitshuffleLz4.ScratchBytes(size);
        fixed (byte* from = _pixels, planes = transposed, to = _target)
        {
            for (var at = 0; at < _pixels.Length; at += block)
                BitTranspose.Forward(from + at, planes + at, block / size, size);
            var started = ThreadTime.Now;
            for (var round = 0; round < Rounds; round++)
            {
                for (var at = 0; at < transposed.Length; at += block)
                    _ = Lz4.Compress(planes + at, block, to, _target.Length);
            }
            return ThreadTime.Now - started;
        }
    }

    private void Simulate()
    {
        var pattern = new DiffractionPattern(seed: 1);
        var row = new uint[Columns];
        for (var at = 0; at < Images * Rows; at++)
        {
            pattern.FillRow((ulong)(at / Rows * 10), 0, at % Rows, row);
            var bytes = MemoryMarshal.AsBytes(row.AsSpan());
            for (var column = 0; column < Columns; column++)
                bytes.Slice(column * sizeof(uint), size).CopyTo(_pixels.AsSpan(((at * Columns) + column) * size));
        }
    }

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
