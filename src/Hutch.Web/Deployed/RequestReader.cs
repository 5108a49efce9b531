using System.Globalization;
using System.Numerics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hutch.Web.Answers;
using Microsoft.AspNetCore.Http;

namespace Hutch.Web.Deployed;

/// <summary>Reads members of a request, and collects what is wrong in the words that deployed clients know.</summary>
internal sealed class RequestReader
{
    private readonly JsonObject _body;
    private readonly JsonArray _errors = [];

    private RequestReader(JsonObject body) => _body = body;

    /// <summary>Reads the body of a request.</summary>
    /// <exception cref="InvalidRequestException">It is no JSON object.</exception>
    public static async Task<RequestReader> OfAsync(HttpRequest request)
    {
        try
        {
            var (isThere, value) = await JsonBody.ReadAsync(request).ConfigureAwait(false);
            if (!isThere)
                throw Fail(["body"], "field required", "value_error.missing");
            // What does not say that it is JSON is taken for a text.
            var isJson = request.ContentType is null || request.ContentType.Contains("json", StringComparison.OrdinalIgnoreCase);
            return value is JsonObject body && isJson ? new RequestReader(body) : throw Fail(["body"], "value is not a valid dict", "type_error.dict");
        }
        catch (JsonException error)
        {
            throw Fail(["body", (JsonNode)(error.BytePositionInLine ?? 0)], error.Message.Split(" LineNumber:")[0], "value_error.jsondecode");
        }
    }

    /// <summary>A number in the path.</summary>
    /// <exception cref="InvalidRequestException">It is none.</exception>
    public static BigInteger PathNumber(string name, string text) =>
        BigInteger.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && text.Length < 100
            ? number
            : throw Fail(["path", name], "value is not a valid integer", "type_error.integer");

    /// <summary>A number in the query, or 0.</summary>
    /// <exception cref="InvalidRequestException">It is none.</exception>
    public static int QueryNumber(HttpRequest request, string name)
    {
        if (request.Query[name] is not [{ } text, ..])
            return 0;
        return int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw Fail(["query", name], "value is not a valid integer", "type_error.integer");
    }

    /// <summary>A text that must be there.</summary>
    public string Text(string name)
    {
        if (!_body.TryGetPropertyValue(name, out var value))
            Note(name, "field required", "value_error.missing");
        else if (value is null)
            Note(name, "none is not an allowed value", "type_error.none.not_allowed");
        else if (value.GetValueKind() == JsonValueKind.String)
            return value.GetValue<string>();
        else if (value.GetValueKind() == JsonValueKind.Number)
            return value.ToJsonString();
        else
            Note(name, "str type expected", "type_error.str");
        return "";
    }

    /// <summary>A whole number that must be there.</summary>
    public BigInteger Number(string name, BigInteger least)
    {
        if (OptionalNumber(name, isRequired: true) is not { } number)
            return least;
        if (number >= least)
            return number;
        var error = Describe(["body", name], $"ensure this value is greater than or equal to {least}", "value_error.number.not_ge");
        error["ctx"] = new JsonObject { ["limit_value"] = (long)least };
        _errors.Add(error);
        return least;
    }

    /// <summary>A whole number, or null.</summary>
    public BigInteger? OptionalNumber(string name, bool isRequired = false)
    {
        if (!_body.TryGetPropertyValue(name, out var value))
        {
            if (isRequired)
                Note(name, "field required", "value_error.missing");
            return null;
        }
        if (value is null)
        {
            Note(name, "none is not an allowed value", "type_error.none.not_allowed");
            return null;
        }
        var text = value.GetValueKind() switch
        {
            JsonValueKind.Number => value.ToJsonString(),
            JsonValueKind.String => value.GetValue<string>().Trim(),
            _ => "",
        };
        // A whole number may be written with a point or an exponent; more digits than any number here has are none.
        if (text.Length < 100 && BigInteger.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
            return number;
        if (value.GetValueKind() == JsonValueKind.Number && double.TryParse(text, CultureInfo.InvariantCulture, out var real) && double.IsInteger(real))
            return new BigInteger(real);
        Note(name, "value is not a valid integer", "type_error.integer");
        return null;
    }

    /// <summary>A list of texts; null if it is left out.</summary>
    public IReadOnlyList<string>? OptionalTexts(string name)
    {
        if (_body[name] is not { } value)
            return null;
        if (value is JsonArray array && array.All(t => t?.GetValueKind() == JsonValueKind.String))
            return [.. array.Select(t => t!.GetValue<string>())];
        Note(name, "value is not a valid list of texts", "type_error.list");
        return null;
    }

    /// <summary>The body, in which these members must be whole numbers, these texts and these objects, where they are there at all.</summary>
    public JsonObject Checked(IEnumerable<string> numbers, IEnumerable<string> texts, IEnumerable<string> objects)
    {
        foreach (var name in numbers.Where(n => _body[n] is not null))
            OptionalNumber(name);
        foreach (var name in texts.Where(n => _body[n] is not null))
            Text(name);
        foreach (var name in objects.Where(n => _body[n] is not (null or JsonObject or JsonArray)))
            Note(name, "value is not a valid dict", "type_error.dict");
        ThrowIfWrong();
        return _body;
    }

    /// <exception cref="InvalidRequestException">There are errors.</exception>
    public void ThrowIfWrong()
    {
        if (_errors.Count > 0)
            throw new InvalidRequestException(_errors);
    }

    private static InvalidRequestException Fail(JsonArray place, string message, string type) => new([Describe(place, message, type)]);

    private static JsonObject Describe(JsonArray place, string message, string type) => new() { ["loc"] = place, ["msg"] = message, ["type"] = type };

    private void Note(string name, string message, string type) => _errors.Add(Describe(["body", name], message, type));
}
