using System.CommandLine;
using Hutch.Hosting;

namespace Hutch.Cli;

/// <summary>The options by which the <c>hutch daq</c> commands find their server. One object a command.</summary>
internal sealed class DaqConnection
{
    private readonly Option<string?> _url = new("--url", "-b") { Description = $"The URL of the rest program (environment: {RestClient.UrlVariable}; default: http://127.0.0.1:5000).", HelpName = "URL" };
    private readonly Option<bool> _json = new("--json") { Description = "Print JSON." };

    public void AddTo(Command command)
    {
        command.Options.Add(_url);
        command.Options.Add(_json);
    }

    public bool WantsJson(ParseResult options) => options.GetValue(_json);

    /// <summary>Runs a command, and tells its errors.</summary>
    public async Task<int> RunAsync(string command, ParseResult options, Func<HttpClient, Task<int>> action)
    {
        try
        {
            using var client = RestClient.Open(options.GetValue(_url), Timeout.InfiniteTimeSpan);
            return await action(client).ConfigureAwait(false);
        }
        catch (UserErrorException error)
        {
            return UserErrors.Report(command, error);
        }
        catch (HttpRequestException error)
        {
            return UserErrors.Report(command, new UserErrorException($"{RestClient.Url(options.GetValue(_url))} does not answer: {error.Message}; is it running (hutch run rest ...)? Set another address with --url", error));
        }
    }
}
