using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Hutch.Web.Answers;
using Hutch.Web.Description;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hutch.Web.Legacy;

/// <summary>
/// <c>/api/config</c>: the configuration files of a folder, and their copies on other servers. The deployed server reads and writes any path
/// and calls any server named in the request; here the folder, the servers and the secret are the program's own.
/// </summary>
internal sealed partial class ConfigFileEndpoints(Instrument instrument) : IDisposable
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, IndentSize = 4, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly HttpClient _secondary = new() { Timeout = TimeSpan.FromSeconds(10) };

    public void Map(IEndpointRouteBuilder app)
    {
        if (instrument.Settings.ConfigFolder is null)
            return;
        var group = app.MapGroup("/api/config").WithTags("Configuration files (deployed)");
        group.Get("/get", GetAsync).WithSummary("A configuration file of the server's folder.").Answers<ConfigFile>()
            .Query<string>("config_file", "The name of the file, or its full path.").Query<string>("user", "The user who asks.");
        group.Post("/set", SetAsync).WithSummary("Write a configuration file, here and on the secondary server.").Takes<ConfigFile>().Answers<ConfigFileWritten>()
            .Query<string>("config_file", "The name of the file, or its full path.").Query<string>("user", "The user who asks.").Query<string>("secondary_server", "The server to pass the file on to; one of --secondary.");
    }

    public void Dispose() => _secondary.Dispose();

    private async Task<IResult> GetAsync(HttpContext context)
    {
        if (Missing(context, "config_file") is { } refusal)
            return refusal;
        var path = PathOf(context.Request.Query["config_file"].ToString());
        if (!File.Exists(path))
            return Detail(StatusCodes.Status404NotFound, "Configuration file not found");
        try
        {
            return Results.Text(JsonNode.Parse(await File.ReadAllTextAsync(path).ConfigureAwait(false))?.ToJsonString() ?? "null", "application/json");
        }
        catch (JsonException)
        {
            return Detail(StatusCodes.Status500InternalServerError, "Error decoding JSON file");
        }
    }

    private async Task<IResult> SetAsync(HttpContext context)
    {
        // The primary gets the user and the address of the copy; the secondary only the file's name.
        var isPrimary = context.Request.Query.ContainsKey("user") || context.Request.Query.ContainsKey("secondary_server");
        string[] needed = isPrimary ? ["config_file", "user", "secondary_server"] : ["config_file"];
        if (Missing(context, needed) is { } refusal)
            return refusal;
        var path = PathOf(context.Request.Query["config_file"].ToString());
        var body = await JsonBody.ReadObjectAsync(context.Request).ConfigureAwait(false);
        return isPrimary ? await SetPrimaryAsync(context, path, body).ConfigureAwait(false) : await SetSecondaryAsync(path, body).ConfigureAwait(false);
    }

    private async Task<IResult> SetPrimaryAsync(HttpContext context, string path, JsonObject config)
    {
        if (ConfigFileSchema.FirstError(config) is { } error)
            return Detail(StatusCodes.Status400BadRequest, error);
        var server = context.Request.Query["secondary_server"].ToString().TrimEnd('/');
        if (!instrument.Settings.Secondaries.Any(s => s.TrimEnd('/') == server))
            return Detail(StatusCodes.Status403Forbidden, $"{server} is not a secondary server; name those with --secondary");
        // First there, then here: so a failure leaves both as they were.
        var copy = new JsonObject { ["config"] = config.DeepClone(), ["hash"] = Hash(config) };
        var file = Uri.EscapeDataString(Path.GetFileName(path));
        using var content = new StringContent(copy.ToJsonString(), Encoding.UTF8, "application/json");
        using var answer = await _secondary.PostAsync($"{server}/api/config/set?config_file={file}", content, context.RequestAborted).ConfigureAwait(false);
        if (!answer.IsSuccessStatusCode)
            return Detail(StatusCodes.Status502BadGateway, $"{server} refused the configuration with {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync().ConfigureAwait(false)}");
        await WriteAsync(path, config).ConfigureAwait(false);
        return Results.Json(new { message = "Configuration updated and synchronized successfully" });
    }

    private async Task<IResult> SetSecondaryAsync(string path, JsonObject body)
    {
        if (body["config"] is not JsonObject config || body["hash"] is not JsonValue hash || hash.GetValueKind() != JsonValueKind.String)
            return Detail(StatusCodes.Status400BadRequest, "config and hash are needed");
        if (!CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(Hash(config)), Encoding.UTF8.GetBytes(hash.GetValue<string>())))
            return Detail(StatusCodes.Status403Forbidden, "Invalid hash for configuration update");
        if (ConfigFileSchema.FirstError(config) is { } error)
            return Detail(StatusCodes.Status400BadRequest, error);
        await WriteAsync(path, config).ConfigureAwait(false);
        return Results.Json(new { message = "Configuration updated successfully" });
    }

    private string Hash(JsonObject config) => instrument.Settings.ConfigSecret is { } secret
        ? Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(PythonText.SortedJson(config) + secret)))
        : throw new UnavailableException("the servers of a configuration need a shared secret; give it with --config-secret");

    // Readers see the old file or the new one.
    private static async Task WriteAsync(string path, JsonObject config)
    {
        var next = path + ".next";
        await File.WriteAllTextAsync(next, config.ToJsonString(Indented)).ConfigureAwait(false);
        File.Move(next, path, overwrite: true);
    }

    private string PathOf(string name)
    {
        // Deployed clients name the whole path; it must be the folder's.
        var folder = instrument.Settings.ConfigFolder!;
        var file = name.StartsWith(folder + "/", StringComparison.Ordinal) ? name[(folder.Length + 1)..] : name;
        if (!FileName().IsMatch(file))
            throw new BadHttpRequestException($"config_file must be the name of a .json file in {folder}");
        return Path.Combine(folder, file);
    }

    private static IResult? Missing(HttpContext context, params string[] names)
    {
        var missing = names.Where(n => string.IsNullOrEmpty(context.Request.Query[n])).ToList();
        if (missing.Count == 0)
            return null;
        var errors = missing.Select(n => (JsonNode)new JsonObject { ["loc"] = new JsonArray("query", n), ["msg"] = "field required", ["type"] = "value_error.missing" });
        return Results.Text(new JsonObject { ["detail"] = new JsonArray([.. errors]) }.ToJsonString(), "application/json", statusCode: StatusCodes.Status422UnprocessableEntity);
    }

    private static IResult Detail(int status, string detail) => Results.Json(new Dictionary<string, string> { ["detail"] = detail }, statusCode: status);

    [GeneratedRegex(@"^[A-Za-z0-9_-][A-Za-z0-9_.-]{0,100}\.json$")]
    private static partial Regex FileName();
}
