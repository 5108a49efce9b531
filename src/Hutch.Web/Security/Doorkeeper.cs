using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Hutch.Web.Answers;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Hutch.Web.Security;

/// <summary>Lets in who may come in: by token, by role, and from no web page of another server.</summary>
internal sealed class Doorkeeper(RestSettings settings)
{
    private static readonly HashSet<string> s_reading = [HttpMethods.Get, HttpMethods.Head, HttpMethods.Options];

    /// <summary>Who makes the request.</summary>
    public static Caller CallerOf(HttpContext context) => context.Items[typeof(Caller)] as Caller ?? Caller.Local;

    /// <summary>Whether a request only looks.</summary>
    public static bool OnlyReads(HttpContext context) => s_reading.Contains(context.Request.Method);

    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (!IsFromHere(context.Request))
        {
            await Refusals.WriteAsync(context, StatusCodes.Status403Forbidden, "requests from web pages of other servers are not taken; the server's --cors allows them by name").ConfigureAwait(false);
            return;
        }
        if (!settings.Tokens.IsEmpty)
        {
            if (Token(context.Request) is not { } token || settings.Tokens.Find(token) is not { } caller)
            {
                context.Response.Headers.WWWAuthenticate = "Bearer, Basic realm=\"hutch\"";
                await Refusals.WriteAsync(context, StatusCodes.Status401Unauthorized, "a token is needed: Authorization: Bearer TOKEN").ConfigureAwait(false);
                return;
            }
            context.Items[typeof(Caller)] = caller;
            if (caller.Role == Role.Reader && !OnlyReads(context))
            {
                await Refusals.WriteAsync(context, StatusCodes.Status403Forbidden, $"{caller.Name} may look but not change anything; that takes the role operator").ConfigureAwait(false);
                return;
            }
        }
        await next(context).ConfigureAwait(false);
    }

    // Any web page may send requests from a browser on this machine; a browser says from where. A name of another server that leads here
    // (DNS rebinding) shows in the host.
    private bool IsFromHere(HttpRequest request)
    {
        if (settings.Address.IsLoopback && !IsLoopbackName(request.Host.Host))
            return false;
        var origin = request.Headers.Origin.ToString();
        return origin.Length == 0 || settings.CorsOrigins.Contains(origin, StringComparer.OrdinalIgnoreCase)
            || (Uri.TryCreate(origin, UriKind.Absolute, out var from) && string.Equals(from.Authority, request.Host.Value, StringComparison.OrdinalIgnoreCase));
    }

    private static bool IsLoopbackName(string host) => host is "" or "localhost" || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));

    // A browser that is asked for a password sends it as Basic: then the password is the token.
    private static string? Token(HttpRequest request)
    {
        if (!AuthenticationHeaderValue.TryParse(request.Headers[HeaderNames.Authorization], out var given) || given.Parameter is not { } value)
            return null;
        if (given.Scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase))
            return value;
        var bytes = new byte[value.Length];
        if (!given.Scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase) || !Convert.TryFromBase64String(value, bytes, out var length))
            return null;
        var pair = Encoding.UTF8.GetString(bytes, 0, length);
        return pair[(pair.IndexOf(':', StringComparison.Ordinal) + 1)..];
    }
}
