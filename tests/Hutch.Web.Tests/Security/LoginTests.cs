using System.Net;
using Hutch.Web.Security;
using Hutch.Web.Tests.Support;

namespace Hutch.Web.Tests.Security;

/// <summary>Tokens as a form: for people with a browser.</summary>
public sealed class LoginTests : IDisposable
{
    private const string Operating = "operator-token-0123456789";
    private const string Reading = "reader-token-0123456789";

    private readonly TestInstrument _instrument = new(change: s => s with { Tokens = AccessTokens.Parse($"operator ann {Operating}\nreader bob {Reading}", "test") });
    private readonly HttpClient _browser;

    public LoginTests() => _browser = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = _instrument.Server.Url, DefaultRequestHeaders = { { "Accept", "text/html" } } };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _browser.Dispose();
        _instrument.Dispose();
    }

    [Fact]
    public async Task A_page_asks_for_the_token_and_opens_with_it()
    {
        using var first = await _browser.GetAsync("/acquisition?x=1", Cancel);
        Assert.Equal((HttpStatusCode.Redirect, "login?to=acquisition%3Fx%3D1"), (first.StatusCode, first.Headers.Location!.OriginalString));
        Assert.Equal(HttpStatusCode.OK, (await _browser.GetAsync("/assets/console.css", Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await _browser.GetAsync("/api/v1/acquisitions", Cancel)).StatusCode);

        using var wrong = await LogInAsync("no-such-token-0123456789", "acquisition");
        Assert.Equal(HttpStatusCode.Unauthorized, wrong.StatusCode);
        Assert.Contains("is not known", await wrong.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);

        using var right = await LogInAsync(Operating, "acquisition?x=1");
        Assert.Equal((HttpStatusCode.Redirect, "acquisition?x=1"), (right.StatusCode, right.Headers.Location!.OriginalString));
        var cookie = right.Headers.GetValues("Set-Cookie").Single();
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=strict", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("\"role\":\"operator\"", await _browser.GetStringAsync("/acquisition", Cancel), StringComparison.Ordinal);   // the cookie is kept

        using var leave = await _browser.PostAsync("/logout", null, Cancel);
        Assert.Equal(HttpStatusCode.NoContent, leave.StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await _browser.GetAsync("/acquisition", Cancel)).StatusCode);
    }

    [Fact]
    public async Task A_reader_may_look_and_the_page_knows_that()
    {
        using var enter = await LogInAsync(Reading, "");
        Assert.Equal("./", enter.Headers.Location!.OriginalString);
        Assert.Contains("\"role\":\"reader\"", await _browser.GetStringAsync("/", Cancel), StringComparison.Ordinal);
        using var stop = await _browser.PostAsync("/api/v1/acquisitions/current/stop", null, Cancel);
        Assert.Equal(HttpStatusCode.Forbidden, stop.StatusCode);
    }

    [Theory]
    [InlineData("https://elsewhere.example/")]
    [InlineData("//elsewhere.example")]
    [InlineData("/\\elsewhere.example")]
    public async Task After_the_login_nobody_is_sent_elsewhere(string to)
    {
        using var answer = await LogInAsync(Operating, to);
        Assert.Equal("./", answer.Headers.Location!.OriginalString);
    }

    private Task<HttpResponseMessage> LogInAsync(string token, string to) =>
        _browser.PostAsync("/login", new FormUrlEncodedContent(new Dictionary<string, string> { ["token"] = token, ["to"] = to }), Cancel);
}
