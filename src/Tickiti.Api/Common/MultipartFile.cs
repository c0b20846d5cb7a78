using System.Net.Http.Headers;
using Microsoft.AspNetCore.WebUtilities;
using ContentDispositionHeaderValue = Microsoft.Net.Http.Headers.ContentDispositionHeaderValue;

namespace Tickiti.Api.Common;

/// <summary>One file of a multipart/form-data body (RFC 7578), read as it comes and no further than it may be long.</summary>
internal static class MultipartFile
{
    private const int MaxBoundaryLength = 200;
    private const int MaxSections = 20;

    /// <returns>The file, without a byte where there is none; or what is wrong with the body.</returns>
    public static async Task<(string? Name, byte[] Content, HttpError? Refused)> ReadAsync(
        HttpRequest request, string field, int maxSize, CancellationToken cancellationToken)
    {
        if (BoundaryOf(request.ContentType) is not { } boundary)
        {
            return (null, [], new HttpError(415, "unsupported_media_type", "The body must be multipart/form-data with a boundary."));
        }

        try
        {
            var reader = new MultipartReader(boundary, request.Body);
            for (var i = 0; i < MaxSections && await reader.ReadNextSectionAsync(cancellationToken) is { } section; i++)
            {
                if (ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition)
                    && Unquoted(disposition.Name.Value) == field)
                {
                    var name = disposition.FileNameStar.HasValue ? disposition.FileNameStar.Value : Unquoted(disposition.FileName.Value);
                    return await ReadAsync(section.Body, maxSize, cancellationToken) is { } content
                        ? (name, content, null)
                        : (null, [], HttpError.PayloadTooLarge(maxSize / 1024 / 1024));
                }
            }
        }
        catch (Exception e) when (e is InvalidDataException or IOException and not BadHttpRequestException)
        {
            return (null, [], new HttpError(400, "malformed_multipart", "The body is not well-formed multipart/form-data."));
        }

        return (null, [], null);
    }

    private static string? BoundaryOf(string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var type)
        && string.Equals(type.MediaType, "multipart/form-data", StringComparison.OrdinalIgnoreCase)
        && Unquoted(type.Parameters.FirstOrDefault(one => string.Equals(one.Name, "boundary", StringComparison.OrdinalIgnoreCase))?.Value)
            is { Length: > 0 and <= MaxBoundaryLength } boundary
            ? boundary
            : null;

    private static string? Unquoted(string? text) => text is ['"', .. var inner, '"'] ? inner : text;

    private static async Task<byte[]?> ReadAsync(Stream body, int maxSize, CancellationToken cancellationToken)
    {
        using var content = new MemoryStream();
        var buffer = new byte[81920];
        for (int read; (read = await body.ReadAsync(buffer, cancellationToken)) > 0;)
        {
            if (content.Length + read > maxSize)
            {
                return null;
            }

            content.Write(buffer, 0, read);
        }

        return content.ToArray();
    }
}
