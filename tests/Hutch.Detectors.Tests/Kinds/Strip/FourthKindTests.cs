using System.Net;
using System.Net.Sockets;
using Hutch.Detectors.Configuration;
using Hutch.Detectors.Demonstration;
using Hutch.Detectors.Kinds;

namespace Hutch.Detectors.Tests.Kinds.Strip;

/// <summary>A kind that is defined outside Hutch goes through the whole data path: a folder with two files is all there is to it.</summary>
public sealed class FourthKindTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hutch strip ").FullName;

    static FourthKindTests() => DetectorKinds.Add(new StripKind());

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Its_packets_become_a_verified_file()
    {
        var configuration = DaqConfigurationFile.Parse($$$"""
            {"detector_name": "{{{TestDetectors.UniqueName()}}}", "detector_type": "strip", "n_modules": 3, "bit_depth": 32, "image_pixel_height": 192,
             "image_pixel_width": 1280, "start_udp_port": {{{FreePorts(3)}}}, "writer_user_id": 0, "submodule_info": {}, "module_positions": {}}
            """, "test");
        using var run = new DemoRun(configuration, new DemoOptions { OutputFile = Path.Combine(_folder, "strips.h5"), Images = 15, Rate = 15, Slots = 20 });

        var result = run.Run(_ => { }, CancellationToken.None);

        Assert.Equal(("FINISHED", 15L, true, "strip"), (result.State, result.ImagesWritten, result.Verified, result.DetectorType));
    }

    [Fact]
    public void Its_configuration_is_checked_like_any_other()
    {
        var error = Assert.Throws<UserErrorException>(() => DaqConfigurationFile.Parse("""
            {"detector_name": "s", "detector_type": "strip", "n_modules": 2, "bit_depth": 16, "image_pixel_height": 1,
             "image_pixel_width": 1, "start_udp_port": 2000, "writer_user_id": 0, "submodule_info": {}, "module_positions": {}}
            """, "test"));

        Assert.Contains("bit_depth is 16, but strips have 32", error.Message, StringComparison.Ordinal);
        Assert.Contains("2 modules give 1280 x 128", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_that_is_taken_is_refused() =>
        Assert.Contains("detector_type strip is taken by StripKind", Assert.Throws<ArgumentException>(() => DetectorKinds.Add(new StripKind())).Message, StringComparison.Ordinal);

    private static int FreePorts(int count)
    {
        for (; ; )
        {
            using var probe = new UdpClient(0);
            var first = ((IPEndPoint)probe.Client.LocalEndPoint!).Port + 1;
            try
            {
                foreach (var socket in Enumerable.Range(first, count).Select(p => new UdpClient(p)).ToList())
                    socket.Dispose();
                return first;
            }
            catch (SocketException)
            {
            }
        }
    }
}
