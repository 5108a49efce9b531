using System.Text.Json.Nodes;
using Hutch.Web.Tests.Support;

namespace Hutch.Web.Tests.Hostile;

/// <summary>The rights are those of the user who is to own the files, not those of the server.</summary>
public class WriterUserTests
{
    private const int Nobody = 65534;

    [Fact]
    public async Task Places_that_the_writers_user_may_not_write_are_refused()
    {
        // Only root can take on another user; anybody else is refused by the same check with rights of their own.
        var isRoot = Environment.IsPrivilegedProcess;
        using var instrument = new TestInstrument(writerUser: isRoot ? Nobody : 0);
        await instrument.Client.PostAsync("/simulation/start", null);
        var closed = Directory.CreateDirectory(Path.Combine(instrument.Data, "closed")).FullName;
        File.SetUnixFileMode(closed, (UnixFileMode)(isRoot ? 0b111_101_101 : 0b101_101_101));

        var (_, refused) = await Write(instrument, $"{closed}/x.h5");
        Assert.Equal("error", (string?)refused!["status"]);
        Assert.Contains("permission denied", (string?)refused["message"]);
        Assert.Empty(Directory.GetFileSystemEntries(closed));
        (_, refused) = await Write(instrument, "/x.h5");
        Assert.Equal("error", (string?)refused!["status"]);

        var file = instrument.NewFile();
        var (_, written) = await Write(instrument, file);
        Assert.True((string?)written!["status"] == "ok", written.ToJsonString());
        using var owner = Peer.Start("stat", "-c", "%u", file);
        Assert.Equal(isRoot ? $"{Nobody}" : owner.Succeed().Trim(), owner.Succeed().Trim());
    }

    private static Task<(System.Net.HttpStatusCode Status, JsonNode? Json)> Write(TestInstrument instrument, string file) =>
        instrument.Client.PostAsync("/writer/write_sync", new JsonObject { ["n_images"] = 2, ["output_file"] = file });
}
