using System.Text.Json;

namespace Hutch.Bus.Requests;

/// <summary>A request to a service.</summary>
public sealed record Request
{
    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
    };

    /// <summary>The JSON that was sent.</summary>
    public required JsonElement Content { get; init; }

    /// <summary>The headers that were sent with it.</summary>
    public required IReadOnlyDictionary<string, object?> Headers { get; init; }

    /// <summary>The tag it was sent to; for a post-processing service, the tag of the primary service.</summary>
    public required string Tag { get; init; }

    /// <summary>For a post-processing service, what the primary service reported as its result; null otherwise.</summary>
    public object? PrimaryResult { get; init; }

    /// <summary>The content as a type: snake_case members, of which those the constructor requires must be there.</summary>
    /// <exception cref="UserErrorException">It does not fit; the message names the member.</exception>
    public T Read<T>()
        where T : notnull
    {
        try
        {
            return Content.Deserialize<T>(Web) ?? throw new UserErrorException("the request is null; it must be an object");
        }
        catch (JsonException error)
        {
            throw new UserErrorException($"the request is invalid: {error.Message}", error);
        }
    }
}
