using System.CommandLine;
using Hutch.Hosting;

namespace Hutch.Web;

/// <summary>The options of <c>hutch run rest</c>, under the deployed server's names too.</summary>
internal sealed class RestProgramOptions
{
    private readonly Option<string> _bind = new("--bind") { Description = "The address to listen on; anything but 127.0.0.1 needs --tokens.", DefaultValueFactory = _ => "127.0.0.1", HelpName = "ADDRESS" };
    private readonly Option<int> _port = new("--port", "--rest_port") { Description = "The port to listen on.", DefaultValueFactory = _ => 5000, HelpName = "PORT" };

    internal void AddTo(Command command)
    {
        foreach (var option in new Option[] { _bind, _port })
            command.Options.Add(option);
    }

    internal RestSettings Read(ParseResult options) => new()
    {
        Address = HttpAddress.Parse(options.GetValue(_bind)!, options.GetValue(_port)),
    };
}
