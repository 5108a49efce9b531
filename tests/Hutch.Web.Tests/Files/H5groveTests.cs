using System.Net;
using System.Text.Json.Nodes;
using Hutch.Web.Tests.Support;

namespace Hutch.Web.Tests.Files;

/// <summary>Files by the protocol of h5grove, as h5web asks for them.</summary>
[Collection(SharedInstrument.Collection)]
public sealed class H5groveTests(SharedInstrument shared)
{
    private TestInstrument Instrument => shared.Instrument;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_file_is_described_and_parts_of_it_are_read()
    {
        var (file, group) = await WriteAsync(3);
        var root = await JsonAsync(file, "meta", "/");
        Assert.Equal("group", (string?)root["kind"]);
        Assert.Equal(group, (string?)root["children"]![0]!["name"]);
        var attributes = await JsonAsync(file, "attr", "/");
        Assert.Equal(("NXroot", group), ((string?)attributes["NX_class"], (string?)attributes["default"]));

        var data = await JsonAsync(file, "meta", $"/{group}/plot/data");   // the name under which NeXus finds the deployed dataset
        Assert.Equal("[3,512,1024]", data["shape"]!.ToJsonString());
        Assert.Equal("""{"class":0,"size":2,"order":0,"sign":0}""", data["type"]!.ToJsonString());
        Assert.Equal("[1,512,1024]", data["chunks"]!.ToJsonString());

        var row = await BytesAsync(file, $"/{group}/data", "&format=bin&selection=1,7,100:104");
        Assert.Equal(8, row.Length);
        var whole = await BytesAsync(file, $"/{group}/data", "&format=bin&selection=1");
        Assert.Equal(whole[(2 * ((7 * 1024) + 100))..][..8], row);
        Assert.Equal(whole[..2].Concat(whole[4..6]), await BytesAsync(file, $"/{group}/data", "&format=bin&selection=1,0,0:4:2"));
        var npy = await BytesAsync(file, $"/{group}/data", "&format=npy&selection=1");
        Assert.Equal("\u0093NUMPY", System.Text.Encoding.Latin1.GetString(npy, 0, 6));
        Assert.Equal(whole, npy[^whole.Length..]);
        Assert.Equal(0, (npy.Length - whole.Length) % 64);

        var metadata = (JsonArray)JsonNode.Parse(await BytesAsync(file, $"/{group}/metadata", "&selection=0"))!;
        Assert.Equal(2, metadata[0]!.AsArray().Count);   // image id and status
        Assert.Contains("adds_up", JsonNode.Parse(await BytesAsync(file, $"/{group}/ledger", ""))!.ToString(), StringComparison.Ordinal);
        Assert.Contains($"/{group}/data", JsonNode.Parse(await Instrument.Client.GetStringAsync($"/api/v1/h5grove/paths?file={file}", Cancel))!.AsArray().Select(p => (string?)p));
    }

    [Fact]
    public async Task A_file_that_is_being_written_grows_under_the_eyes_of_its_reader()
    {
        var file = Instrument.NewFile();
        var (status, _) = await Instrument.Client.PostAsync("/api/v1/acquisitions", new JsonObject { ["n_images"] = 1_000_000, ["output_file"] = file });
        Assert.Equal(HttpStatusCode.Created, status);
        var dataset = $"/{Instrument.Configuration.DetectorName}/data";
        var first = await ImagesAsync(_ => true);
        var image = await BytesAsync(file, dataset, $"&selection={first - 1}&format=bin");
        Assert.Contains(image, b => b != 0);
        var more = await ImagesAsync(n => n > first);
        Assert.Contains(await BytesAsync(file, dataset, $"&selection={more - 1}&format=bin"), b => b != 0);
        using (await Instrument.Client.PostAsync("/writer/stop", null, Cancel))
            await Hutch.Tests.Servers.Eventually.TrueAsync(() => Instrument.Daq.Status.Acquisition!.HasEnded, "it has ended");
        Assert.Equal(image, await BytesAsync(file, dataset, $"&selection={first - 1}&format=bin"));   // what was seen early is what is there
        Assert.Equal(Instrument.Daq.Status.Acquisition!.Statistics.Completed, (long)(await JsonAsync(file, "meta", dataset))["shape"]![0]!);

        async Task<long> ImagesAsync(Func<long, bool> enough)
        {
            var images = 0L;
            await Hutch.Tests.Servers.Eventually.TrueAsync(async () =>
            {
                using var answer = await Instrument.Client.GetAsync($"/api/v1/h5grove/meta?file={file}&path={dataset}", Cancel);
                images = answer.IsSuccessStatusCode ? (long)JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancel))!["shape"]![0]! : 0;
                Assert.False(Instrument.Daq.Status.Acquisition!.HasEnded);
                return images > 0 && enough(images);
            }, TimeSpan.FromSeconds(60), () => $"{images} images are in the file, and no more");
            return images;
        }
    }

    [Theory]
    [InlineData("file=/etc/passwd&path=/", HttpStatusCode.NotFound, "File not found")]
    [InlineData("path=/", HttpStatusCode.BadRequest, "file must be given")]
    [InlineData("file=FILE&path=/nothing", HttpStatusCode.NotFound, "not a valid path")]
    [InlineData("file=FILE&path=/GROUP/data&selection=99", HttpStatusCode.BadRequest, "99")]
    [InlineData("file=FILE&path=/GROUP/data&selection=x", HttpStatusCode.BadRequest, "selection")]
    [InlineData("file=FILE&path=/GROUP/data&selection=0,0,0,0,0", HttpStatusCode.BadRequest, "dimensions")]
    [InlineData("file=FILE&path=/GROUP/data&selection=0&format=pdf", HttpStatusCode.BadRequest, "pdf")]
    [InlineData("file=FILE&path=/", HttpStatusCode.BadRequest, "not a dataset")]
    public async Task What_cannot_be_read_is_refused_in_words_that_h5web_knows(string query, HttpStatusCode status, string words)
    {
        var (file, group) = await WriteAsync(1);
        using var answer = await Instrument.Client.GetAsync($"/api/v1/h5grove/data?{query.Replace("FILE", file, StringComparison.Ordinal).Replace("GROUP", group, StringComparison.Ordinal)}", Cancel);
        Assert.Equal(status, answer.StatusCode);
        Assert.Contains(words, (string?)JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancel))!["message"], StringComparison.Ordinal);
    }

    private async Task<(string File, string Group)> WriteAsync(int images)
    {
        var file = Instrument.NewFile();
        var body = new JsonObject { ["n_images"] = images, ["output_file"] = file };
        using var content = new StringContent(body.ToJsonString(), System.Text.Encoding.UTF8, "application/json");
        using var answer = await Instrument.Client.PostAsync("/api/v1/acquisitions?wait=60", content, Cancel);
        answer.EnsureSuccessStatusCode();
        return (file, Instrument.Configuration.DetectorName);
    }

    private async Task<JsonNode> JsonAsync(string file, string what, string path) => JsonNode.Parse(await Instrument.Client.GetStringAsync($"/api/v1/h5grove/{what}?file={file}&path={path}", Cancel))!;

    private Task<byte[]> BytesAsync(string file, string path, string rest) => Instrument.Client.GetByteArrayAsync($"/api/v1/h5grove/data?file={file}&path={path}{rest}", Cancel);
}
