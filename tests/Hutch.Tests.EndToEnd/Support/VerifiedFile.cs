using System.Text.Json;
using System.Text.Json.Serialization;

namespace Hutch.Tests.EndToEnd.Support;

/// <summary>What h5py found in a file, see tests/peers/verify_images.py.</summary>
internal sealed record VerifiedFile
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    public required long Images { get; init; }
    public required long FirstId { get; init; }
    public required long LastId { get; init; }
    public required int Height { get; init; }
    public required int Width { get; init; }
    public required int Modules { get; init; }
    public required int UncoveredPixels { get; init; }
    public required int RowsPerPacket { get; init; }
    public required int Padding { get; init; }
    public required int LastPadding { get; init; }
    public required long MissingPackets { get; init; }
    public required long Flagged { get; init; }
    public required string[] Errors { get; init; }

    /// <summary>Reads a file, in which every pixel must be right or belong to a missing packet.</summary>
    public static VerifiedFile Read(TestDetector detector, string path)
    {
        using var reader = ChildProcess.Peer("verify_images.py", detector.ConfigFile, path);
        return Parse(reader.Succeed().Output);
    }

    /// <summary>Reads what the verifier printed.</summary>
    public static VerifiedFile Parse(string json)
    {
        var file = JsonSerializer.Deserialize<VerifiedFile>(json, Json)!;
        Assert.Empty(file.Errors);
        return file;
    }

    /// <summary>The file must have exactly the images of these ids, and all packets.</summary>
    public VerifiedFile AssertComplete(int images, int firstId = 1)
    {
        Assert.Equal((images, firstId, firstId + images - 1, 0, 0), (Images, FirstId, LastId, MissingPackets, Flagged));
        return this;
    }
}
