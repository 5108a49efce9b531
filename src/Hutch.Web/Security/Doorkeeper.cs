using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Hutch.Web.Answers;
using Hutch.Web.Assets;
using Hutch.Web.Login;
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
            await Refusals.WriteAsync(context, StatusCodes.Status403Forbidden, "requests from web pages of other servers are refused; allow their origin with the server's --cors").ConfigureAwait(false);
            return;
        }
        if (!settings.Tokens.IsEmpty)
        {
            if (IsForEverybody(context.Request))
            {
                await next(context).ConfigureAwait(false);
                return;
            }
            if (Token(context.Request) is not { } token || settings.Tokens.Find(token) is not { } caller)
            {
                if (IsPage(context.Request))
                {
                    context.Response.Redirect($"login?to={Uri.EscapeDataString(context.Request.Path.Value![1..] + context.Request.QueryString)}");
                    return;
                }
                context.Response.Headers.WWWAuthenticate = "Bearer, Basic realm=\"hutch\"";
                await Refusals.WriteAsync(context, StatusCodes.Status401Unauthorized, "a token is needed: Authorization: Bearer TOKEN").ConfigureAwait(false);
                return;
            }
            context.Items[typeof(Caller)] = caller;
            if (caller.Role == Role.Reader && !OnlyReads(context))
            {
                await Refusals.WriteAsync(context, StatusCodes.Status403Forbidden, $"{caller.Name} may read but not change anything; changes need the role operator").ConfigureAwait(false);
                return;
            }
        }
        await next(context).ConfigureAwait(false);
    }

    // What asks for a token, what that is made of, and what tells a machine that the server is alive.
    private static bool IsForEverybody(HttpRequest request) => request.Path.StartsWithSegments(AssetFiles.Path) || request.Path.StartsWithSegments("/health")
        || request.Path == LoginFeature.Path || request.Path == LoginFeature.LeavePath;

    // A browser that opens a page, which stand on one level, is asked by a form.
    private static bool IsPage(HttpRequest request) => HttpMethods.IsGet(request.Method) && request.Path.Value!.LastIndexOf('/') == 0
        && request.Headers.Accept.ToString().Contains("text/html", StringComparison.Ordinal);

    // Any web page may send requests from a browser on this machine; a browser says from where. A name of another server that leads here
    // (DNS rebinding) shows in the host.
    private bool IsFromHere(HttpRequest request)
    {
        if (settings.Address.IsLoopback && !IsLoopbackName(request.Host.Host) && !IsNamed(request.Host))
            return false;
        var origin = request.Headers.Origin.ToString();
        return origin.Length == 0 || settings.CorsOrigins.Contains(origin, StringComparer.OrdinalIgnoreCase)
            || (Uri.TryCreate(origin, UriKind.Absolute, out var from) && string.Equals(from.Authority, request.Host.Value, StringComparison.OrdinalIgnoreCase));
    }

    // A reverse proxy on this machine passes its own name on: that must be one of the servers that were named.
    private bool IsNamed(HostString host) => settings.CorsOrigins.Any(o => Uri.TryCreate(o, UriKind.Absolute, out var named) && string.Equals(named.Host, host.Host, StringComparison.OrdinalIgnoreCase));

    private static bool IsLoopbackName(string host) => host is "" or "localhost" || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));

    // A browser that is asked for a password sends it as Basic: then the password is the token.
    private static string? Token(HttpRequest request)
    {
        if (!AuthenticationHeaderValue.TryParse(request.Headers[HeaderNames.Authorization], out var given) || given.Parameter is not { } value)
            return request.Cookies[LoginFeature.Cookie];
        if (given.Scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase))
            return value;
        var bytes = new byte[value.Length];
        if (!given.Scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase) || !Convert.TryFromBase64String(value, bytes, out var length))
            return null;
        var pair = Encoding.UTF8.GetString(bytes, 0, length);
        return pair[(pair.IndexOf(':', StringComparison.Ordinal) + 1)..];
    }
}
