using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Hutch.LiveResults;
using Hutch.Services;
using Microsoft.Extensions.Logging;

namespace Hutch.Reduction.Publishing;

/// <summary>
/// Posts results as JSON to a web monitor: the numbers and curves whole, images by shape. It never holds the reduction up: results wait in a short
/// queue from which the oldest that are not the last of their run go first, and a post that fails is tried again, later and later.
/// </summary>
internal sealed class PlotPoster : Service
{
    /// <summary>Results that wait at most.</summary>
    internal const int MostWaiting = 8;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private readonly Uri _url;
    private readonly AuthenticationHeaderValue? _login;
    private readonly HttpClient _http = new() { Timeout = Timeout };
    private readonly LinkedList<ResultSet> _waiting = [];
    private readonly ManualResetEventSlim _arrived = new();
    private readonly ConcurrentDictionary<string, bool> _told = new();
    private TimeSpan _pause = ShortestPause;

    public PlotPoster(string url, ILogger logger)
        : base("reduction-post-plots", logger)
    {
        var given = new Uri(url);
        if (given.UserInfo.Length > 0)
            _login = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(given.UserInfo))));
        _url = new UriBuilder(given) { UserName = "", Password = "" }.Uri;
        OnError = ErrorAction.Fail;
    }

    /// <summary>Results that were taken by the monitor.</summary>
    public long Posted { get; private set; }

    /// <summary>Results that had to make room for newer ones, or that the monitor refused.</summary>
    public long Dropped { get; private set; }

    /// <summary>Takes a result; from any thread, at once.</summary>
    public void Add(ResultSet result)
    {
        lock (_waiting)
        {
            _waiting.AddLast(result);
            if (_waiting.Count > MostWaiting)
            {
                _waiting.Remove(_waiting.FirstOrDefault(r => !r.IsFinal) ?? _waiting.First!.Value);
                Dropped++;
            }
        }
        _arrived.Set();
    }

    protected override TimeSpan? Iterate(CancellationToken stop)
    {
        if (First() is not { } result)
        {
            try
            {
                _arrived.Wait(TimeSpan.FromMilliseconds(500), stop);
            }
            catch (OperationCanceledException)
            {
            }
            _arrived.Reset();
            return null;
        }
        if (!TryPost(result, stop))
        {
            var pause = _pause;
            _pause = TimeSpan.FromTicks(Math.Min(_pause.Ticks * 2, LongestPause.Ticks));
            return pause;
        }
        _pause = ShortestPause;
        lock (_waiting)
            _waiting.Remove(result);
        return null;
    }

    protected override void OnStopped() => _http.Dispose();

    private ResultSet? First()
    {
        lock (_waiting)
            return _waiting.First?.Value;
    }

    private bool TryPost(ResultSet result, CancellationToken stop)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, _url) { Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(ResultMessage.Of(result), ResultJson.Options)) };
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            request.Headers.Authorization = _login;
            using var response = _http.Send(request, HttpCompletionOption.ResponseHeadersRead, stop);
            if (response.IsSuccessStatusCode)
            {
                Posted++;
                _told.Clear();
                return true;
            }
            // What is refused as it is will be refused again; anything else may pass.
            var isFinal = (int)response.StatusCode is >= 400 and < 500 and not 408 and not 429;
            Tell($"it answered {(int)response.StatusCode} {response.ReasonPhrase}{(isFinal ? "; this result is not posted again" : "")}");
            Dropped += isFinal ? 1 : 0;
            return isFinal;
        }
        catch (Exception error) when (error is HttpRequestException or IOException or OperationCanceledException)
        {
            if (!stop.IsCancellationRequested)
                Tell(error.InnerException?.Message ?? error.Message);
            return false;
        }
    }

    private void Tell(string reason)
    {
        if (_told.TryAdd(reason, true))
            Logger.LogWarning("a result could not be posted to {Url}: {Reason}; retrying, with the newest {Count} kept", _url, reason, MostWaiting);
    }
}
