using Hutch.Web.Features;
using Hutch.Web.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Hutch.Web.Login;

/// <summary>A form for the token of a person. The browser keeps it in a cookie that no script can read and no other site can send.</summary>
internal sealed class LoginFeature : IWebFeature
{
    public const string Path = "/login";
    public const string LeavePath = "/logout";
    public const string Cookie = "hutch-token";

    /// <summary>A shift and some more.</summary>
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(12);

    public void Map(WebApplication app)
    {
        app.MapGet(Path, (string? to) => Form(to, failed: false)).ExcludeFromDescription();
        app.MapPost(Path, EnterAsync).DisableAntiforgery().ExcludeFromDescription();   // the doorkeeper has looked where it comes from
        app.MapPost(LeavePath, (HttpContext context) =>
        {
            context.Response.Cookies.Delete(Cookie);
            return Results.NoContent();
        }).ExcludeFromDescription();
    }

    private static async Task<IResult> EnterAsync(HttpContext context, RestSettings settings)
    {
        if (!context.Request.HasFormContentType)
            return Results.StatusCode(StatusCodes.Status415UnsupportedMediaType);
        var form = await context.Request.ReadFormAsync(context.RequestAborted).ConfigureAwait(false);
        var (token, to) = (form["token"].ToString().Trim(), form["to"].ToString());
        if (settings.Tokens.Find(token) is not { } caller)
            return Form(to, failed: true);
        context.Items[typeof(Caller)] = caller;   // for the audit
        context.Response.Cookies.Append(Cookie, token, new CookieOptions
        {
            HttpOnly = true,
            SameSite = SameSiteMode.Strict,
            Secure = context.Request.IsHttps || context.Request.Headers["X-Forwarded-Proto"] == "https",
            MaxAge = Lifetime,
            Path = "/",
        });
        return Results.Redirect(Target(to));
    }

    // To a page of ours: a name, with a query.
    private static string Target(string? to) => string.IsNullOrEmpty(to) || to.AsSpan().ContainsAny("/\\:\r\n") ? "./" : to;

    private static RazorComponentResult<LoginPage> Form(string? to, bool failed) =>
        new(new { To = Target(to), Failed = failed }) { StatusCode = failed ? StatusCodes.Status401Unauthorized : StatusCodes.Status200OK };
}
