using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Hutch.Bus.Requests;
using Spectre.Console;

namespace Hutch.Cli;

/// <summary>Statuses for people and for programs.</summary>
internal static class RequestOutput
{
    private static readonly JsonSerializerOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Json(object value) => JsonSerializer.Serialize(value, Options);

    public static string Json(RequestStatus status) => Json(Members(status));

    public static string Json(RequestProgress progress) => Json(new
    {
        request_id = progress.RequestId,
        complete = progress.IsComplete,
        succeeded = progress.Succeeded,
        services = progress.Services.ToDictionary(s => s.Key, s => s.Value.Select(status => new { action = status.ActionName, message = status.Message })),
    });

    /// <summary>One line a status.</summary>
    public static void Write(IEnumerable<RequestStatus> statuses, DateTimeOffset? time = null)
    {
        foreach (var status in statuses)
        {
            var when = time is { } t ? t.ToString("HH:mm:ss.fff  ", CultureInfo.InvariantCulture) : "";
            AnsiConsole.MarkupLine($"{when}{Colour(status.Action, $"{status.ActionName,-15}")}  {Escape(status.Source)}  {Escape(status.RequestId)}  {Escape(Text(status))}");
        }
    }

    /// <summary>The last word of each service, in its colour.</summary>
    public static string Services(RequestProgress progress) => string.Join("  ", progress.Services.Select(s =>
        Colour(s.Value[^1].Action, $"{s.Key}: {s.Value[^1].Action.ToString().ToLowerInvariant()}") + (s.Value[^1].Message is null ? "" : $" {Escape(Text(s.Value[^1]))}")));

    private static object Members(RequestStatus status) => new
    {
        request_id = status.RequestId,
        action = status.ActionName,
        source = status.Source,
        tag = status.Tag,
        message = status.Message,
        request = status.Request,
    };

    // What others wrote must not steer the terminal.
    private static string Clean(string text) => string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c));

    private static string Text(RequestStatus status) => Convert.ToString(status.Message, CultureInfo.InvariantCulture) ?? "";

    public static string Escape(string text) => Markup.Escape(Clean(text));

    private static string Colour(RequestAction action, string text) => action switch
    {
        RequestAction.Start => $"[yellow]{Escape(text)}[/]",
        RequestAction.Success => $"[green]{Escape(text)}[/]",
        _ => $"[red]{Escape(text)}[/]",
    };
}
