using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Hutch.Detectors.Compression;
using Hutch.Detectors.Configuration;
using Hutch.Detectors.Writing;
using Hutch.Native.Hdf5;
using Hutch.Streams;

namespace Hutch.Detectors.Tests.Compression;

/// <summary>Files between us and the bitshuffle library under h5py, in both directions.</summary>
public sealed class BitshuffleInteroperationTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hutch test ").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void We_read_what_the_bitshuffle_library_writes()
    {
        var path = Path.Combine(_folder, "theirs.h5");
        Peer("write", path);
        BitshuffleFilter.Register();
        using var file = Hdf5File.OpenRead(path);
        foreach (var (name, type) in new[] { ("u1", Hdf5Type.UInt8), ("u2", Hdf5Type.UInt16), ("u4", Hdf5Type.UInt32), ("u8", Hdf5Type.UInt64), ("f4", Hdf5Type.Float32) })
        {
            foreach (var (height, count) in new[] { (5, 5 * 7), (64, 64 * 64), (103, 103 * 211) })
            {
                foreach (var block in new[] { 0, 1024 })
                {
                    using var data = file.OpenDataset($"{name}-{height}-{block}");
                    for (var row = 0; row < 3; row++)
                    {
                        var found = new byte[count * type.Size];
                        data.ReadRows((ulong)row, found.AsSpan(), type);
                        var expected = name == "f4" ? Bytes(SamplePixels.Floats(row, count)) : SamplePixels.Row(row, count, type.Size);
                        Assert.True(found.AsSpan().SequenceEqual(expected), $"{name}-{height}-{block}, row {row}");
                    }
                }
            }
        }
    }

    [Theory]
    [InlineData("jungfrau", 16, "00002000")]
    [InlineData("eiger", 8, "00002000")]
    [InlineData("eiger", 32, "00002000")]
    [InlineData("gigafrost", 16, "00002000")]
    [InlineData("gigafrost of 5 x 7 pixels", 16, "00002000")]
    public void The_bitshuffle_library_reads_what_we_write_and_finds_nothing_but_the_images(string kind, int bitDepth, string blockBytes)
    {
        const int images = 6;
        var configuration = ExampleConfigurations.Create(kind.Split(' ')[0], kind == "eiger" ? 2 : ExampleConfigurations.DefaultModules(kind.Split(' ')[0])) with { BitDepth = bitDepth };
        if (kind.Contains(' ', StringComparison.Ordinal))
            configuration = configuration with { ImageHeight = 5, ImageWidth = 7 };
        var path = Path.Combine(_folder, "ours.h5");
        var sizes = Write(configuration, path, images);

        var found = JsonDocument.Parse(Peer("read", path, $"/{configuration.DetectorName}/data")).RootElement;

        var pixelBytes = bitDepth / 8;
        Assert.Equal($"[[32008, 1, [0, 3, {pixelBytes}, 0, 2]]]", found.GetProperty("filters").GetRawText());
        Assert.Equal($"[1, {configuration.ImageHeight}, {configuration.ImageWidth}]", found.GetProperty("chunk_shape").GetRawText());
        Assert.Equal(sizes, found.GetProperty("chunk_sizes").EnumerateArray().Select(s => s.GetInt64()));
        var isRaw = sizes.Select(s => s == configuration.ImageBytes).ToList();
        Assert.Equal(Enumerable.Range(0, images).Select(SamplePixels.IsRandom), isRaw);
        Assert.Equal(isRaw, found.GetProperty("masks").EnumerateArray().Select(m => m.GetInt32() == 1));
        var headers = found.GetProperty("block_headers").EnumerateArray().Select(h => h.GetString()).ToList();
        Assert.All(headers.Where((_, i) => !isRaw[i]), h => Assert.Equal(blockBytes, h));
        Assert.All(found.GetProperty("right").EnumerateArray(), r => Assert.True(r.GetBoolean()));
        // Deployed writers fill each chunk up to 16 MiB.
        Assert.InRange(new FileInfo(path).Length, sizes.Sum(), sizes.Sum() + 100_000);
    }

    [Fact]
    public void Libhdf5_compresses_through_our_filter_what_is_written_without_the_compressor()
    {
        var configuration = TestDetectors.Eiger(1, bitDepth: 16);
        var path = Path.Combine(_folder, "pipeline.h5");
        BitshuffleFilter.Register();
        using (var file = Hdf5File.Create(path))
        using (var group = file.CreateGroup("g"))
        using (var data = group.CreateDataset("data", Hdf5Type.UInt16, BitshuffleFilter.Settings(2), [1, 103, 211]))
        {
            data.SetLength(3);
            for (var row = 0; row < 3; row++)
                data.WriteRows<byte>((ulong)row, SamplePixels.Row(row, 103 * 211, 2), Hdf5Type.UInt16);
        }

        var found = JsonDocument.Parse(Peer("read", path, "/g/data")).RootElement;

        Assert.Equal([true, true, true], found.GetProperty("right").EnumerateArray().Select(r => r.GetBoolean()));
        Assert.True(found.GetProperty("chunk_sizes")[0].GetInt32() < 103 * 211);
        Assert.Equal(1, found.GetProperty("masks")[2].GetInt32());
    }

    // What a compressor passes on: chunks, and images as they are where these would be larger.
    private static List<long> Write(DaqConfiguration configuration, string path, int images)
    {
        var sizes = new List<long>();
        var room = new byte[configuration.ImageBytes];
        using var file = ImageFile.Create(configuration, path, new ImageFileOptions { Compressed = true });
        for (var row = 0; row < images; row++)
        {
            var pixels = SamplePixels.Row(row, configuration.ImageHeight * configuration.ImageWidth, configuration.PixelBytes);
            var bytes = BitshuffleLz4.Compress(pixels, configuration.PixelBytes, room, new byte[BitshuffleLz4.ScratchBytes(configuration.PixelBytes)]);
            file.Write(bytes > 0 ? room.AsSpan(0, bytes) : pixels, bytes > 0 ? 0 : BitshuffleFilter.Skipped);
            file.Keep((ulong)row, ImageStatus.GoodImage);
            sizes.Add(bytes > 0 ? bytes : pixels.Length);
        }
        file.Flush();
        return sizes;
    }

    private static byte[] Bytes(float[] values)
    {
        var bytes = new byte[values.Length * sizeof(float)];
        Buffer.BlockCopy(values, 0, bytes, 0, bytes.Length);
        return bytes;
    }

    private static string Peer(params string[] arguments)
    {
        var script = Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", "..", "peers", "bitshuffle_peer.py");
        using var python = Process.Start(new ProcessStartInfo("/usr/bin/python3", [script, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = python.StandardError.ReadToEndAsync();
        var output = python.StandardOutput.ReadToEnd();
        python.WaitForExit();
        Assert.True(python.ExitCode == 0, errors.Result);
        return output;
    }

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
