using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Tickiti.Infrastructure.Persistence.PostgreSql.Migrations
{
    /// <inheritdoc />
    public partial class Initial : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "AuditEntries",
                columns: table => new
                {
                    Id = table.Column<long>(type: "bigint", nullable: false),
                    At = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    TokenId = table.Column<long>(type: "bigint", nullable: true),
                    Name = table.Column<string>(type: "character varying(64)", unicode: false, maxLength: 64, nullable: false),
                    SubjectId = table.Column<long>(type: "bigint", nullable: false),
                    TicketId = table.Column<long>(type: "bigint", nullable: true),
                    Detail = table.Column<string>(type: "character varying(500)", maxLength: 500, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_AuditEntries", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "Blobs",
                columns: table => new
                {
                    Sha256 = table.Column<string>(type: "character varying(64)", unicode: false, maxLength: 64, nullable: false),
                    Size = table.Column<long>(type: "bigint", nullable: false),
                    Content = table.Column<byte[]>(type: "bytea", nullable: false),
                    CreatedAt = table.Column<DateTime>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Blobs", x => x.Sha256);
                });

            migrationBuilder.CreateTable(
                name: "ExcludedEmails",
                columns: table => new
                {
                    Id = table.Column<long>(type: "bigint", nullable: false),
                    Email = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: false),
                    EmailKey = table.Column<string>(type: "character varying(765)", maxLength: 765, nullable: false),
                    CreatedAt = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    Version = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_ExcludedEmails", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "IdBlocks",
                columns: table => new
                {
                    Name = table.Column<string>(type: "character varying(64)", unicode: false, maxLength: 64, nullable: false),
                    Next = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_IdBlocks", x => x.Name);
                });

            migrationBuilder.CreateTable(
                name: "IdempotencyRecords",
                columns: table => new
                {
                    TokenId = table.Column<long>(type: "bigint", nullable: false),
                    Key = table.Column<string>(type: "character varying(255)", unicode: false, maxLength: 255, nullable: false),
                    Action = table.Column<string>(type: "character varying(64)", unicode: false, maxLength: 64, nullable: false),
                    PayloadHash = table.Column<string>(type: "character varying(64)", unicode: false, maxLength: 64, nullable: false),
                    StatusCode = table.Column<int>(type: "integer", nullable: false),
                    Body = table.Column<byte[]>(type: "bytea", nullable: false),
                    CreatedAt = table.Column<DateTime>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_IdempotencyRecords", x => new { x.TokenId, x.Key });
                });

            migrationBuilder.CreateTable(
                name: "IgnoredSubjects",
                columns: table => new
                {
                    Id = table.Column<long>(type: "bigint", nullable: false),
                    Subject = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: false),
                    SubjectKey = table.Column<string>(type: "character varying(765)", maxLength: 765, nullable: false),
                    CreatedAt = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    Version = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_IgnoredSubjects", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "Leases",
                columns: table => new
                {
                    Name = table.Column<string>(type: "character varying(100)", unicode: false, maxLength: 100, nullable: false),
                    Owner = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: true),
                    ExpiresAt = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    Fence = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Leases", x => x.Name);
                });

            migrationBuilder.CreateTable(
                name: "SentMails",
                columns: table => new
                {
                    Id = table.Column<long>(type: "bigint", nullable: false),
                    MailboxId = table.Column<long>(type: "bigint", nullable: false),
                    MailboxName = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: false),
                    FromAddress = table.Column<string>(type: "character varying(254)", maxLength: 254, nullable: false),
                    FromName = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: false),
                    ToAddress = table.Column<string>(type: "text", nullable: false),
                    ReplyTo = table.Column<string>(type: "character varying(254)", maxLength: 254, nullable: true),
                    Subject = table.Column<string>(type: "character varying(998)", maxLength: 998, nullable: false),
                    Html = table.Column<string>(type: "text", nullable: false),
                    Text = table.Column<string>(type: "text", nullable: false),
                    MessageId = table.Column<string>(type: "character varying(320)", maxLength: 320, nullable: false),
                    InReplyTo = table.Column<string>(type: "text", nullable: true),
                    References = table.Column<string>(type: "text", nullable: false),
                    Source = table.Column<string>(type: "character varying(32)", unicode: false, maxLength: 32, nullable: false),
                    TicketId = table.Column<long>(type: "bigint", nullable: true),
                    ResponseId = table.Column<long>(type: "bigint", nullable: true),
                    Status = table.Column<string>(type: "character varying(32)", unicode: false, maxLength: 32, nullable: false),
                    NextTryAt = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    AttemptCount = table.Column<int>(type: "integer", nullable: false),
                    FirstTriedAt = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    LastError = table.Column<string>(type: "character varying(1000)", maxLength: 1000, nullable: true),
                    SentAt = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    CreatedAt = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    UpdatedAt = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    Delivery = table.Column<string>(type: "character varying(32)", unicode: false, maxLength: 32, nullable: true),
                    Version = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_SentMails", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "Settings",
                columns: table => new
                {
                    Key = table.Column<string>(type: "character varying(100)", unicode: false, maxLength: 100, nullable: false),
                    Value = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Settings", x => x.Key);
                });

            migrationBuilder.CreateTable(
                name: "Suppressions",
                columns: table => new
                {
                    Id = table.Column<long>(type: "bigint", nullable: false),
                    Email = table.Column<string>(type: "character varying(254)", maxLength: 254, nullable: false),
                    OrganizationId = table.Column<long>(type: "bigint", nullable: false),
                    Reason = table.Column<string>(type: "character varying(32)", unicode: false, maxLength: 32, nullable: false),
                    Note = table.Column<string>(type: "character varying(1000)", maxLength: 1000, nullable: true),
                    Evidence = table.Column<string>(type: "character varying(1000)", maxLength: 1000, nullable: true),
                    ExpiresAt = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    CreatedAt = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    Version = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Suppressions", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "Templates",
                columns: table => new
                {
                    Id = table.Column<long>(type: "bigint", nullable: false),
                    Type = table.Column<string>(type: "character varying(32)", unicode: false, maxLength: 32, nullable: false),
                    Identifier = table.Column<string>(type: "character varying(100)", unicode: false, maxLength: 100, nullable: false),
                    IdentifierKey = table.Column<string>(type: "character varying(100)", unicode: false, maxLength: 100, nullable: false),
                    Subject = table.Column<string>(type: "character varying(998)", maxLength: 998, nullable: false),
                    Content = table.Column<string>(type: "text", nullable: false),
                    Description = table.Column<string>(type: "character varying(1000)", maxLength: 1000, nullable: true),
                    IsEnabled = table.Column<bool>(type: "boolean", nullable: false),
                    CreatedAt = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    UpdatedAt = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    Version = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Templates", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "Users",
                columns: table => new
                {
                    Id = table.Column<long>(type: "bigint", nullable: false),
                    Name = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: false),
                    Email = table.Column<string>(type: "character varying(254)", maxLength: 254, nullable: false),
                    IsStaff = table.Column<bool>(type: "boolean", nullable: false),
                    IsAdmin = table.Column<bool>(type: "boolean", nullable: false),
                    IsActive = table.Column<bool>(type: "boolean", nullable: false),
                    CreatedAt = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    UpdatedAt = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    Version = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Users", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "IncomingMails",
                columns: table => new
                {
                    Id = table.Column<long>(type: "bigint", nullable: false),
                    MailboxId = table.Column<long>(type: "bigint", nullable: false),
                    SourceStore = table.Column<string>(type: "character varying(600)", maxLength: 600, nullable: false),
                    SourceUid = table.Column<string>(type: "character varying(400)", maxLength: 400, nullable: false),
                    SourceSize = table.Column<long>(type: "bigint", nullable: false),
                    SourceKey = table.Column<string>(type: "character varying(64)", unicode: false, maxLength: 64, nullable: false),
                    IsOnServer = table.Column<bool>(type: "boolean", nullable: false),
                    DeleteDueAt = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    MessageId = table.Column<string>(type: "character varying(998)", maxLength: 998, nullable: false),
                    MessageIdKey = table.Column<string>(type: "character varying(32)", unicode: false, maxLength: 32, nullable: false),
                    ContentHash = table.Column<string>(type: "character varying(64)", unicode: false, maxLength: 64, nullable: false),
                    FirstCopyKey = table.Column<string>(type: "character varying(64)", unicode: false, maxLength: 64, nullable: true),
                    RawSha256 = table.Column<string>(type: "character varying(64)", unicode: false, maxLength: 64, nullable: true),
                    Sender = table.Column<string>(type: "character varying(254)", maxLength: 254, nullable: false),
                    Recipient = table.Column<string>(type: "character varying(254)", maxLength: 254, nullable: false),
                    Subject = table.Column<string>(type: "character varying(998)", maxLength: 998, nullable: false),
                    Disposition = table.Column<string>(type: "character varying(32)", unicode: false, maxLength: 32, nullable: false),
                    Reason = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    Trace = table.Column<string>(type: "text", nullable: false),
                    TicketId = table.Column<long>(type: "bigint", nullable: true),
                    ResponseId = table.Column<long>(type: "bigint", nullable: true),
                    IsReplyToClosedTicket = table.Column<bool>(type: "boolean", nullable: false),
                    IsNotified = table.Column<bool>(type: "boolean", nullable: false),
                    SentMailId = table.Column<long>(type: "bigint", nullable: true),
                    Date = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    CreatedAt = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    UpdatedAt = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    Version = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_IncomingMails", x => x.Id);
                    table.ForeignKey(
                        name: "FK_IncomingMails_Blobs_RawSha256",
                        column: x => x.RawSha256,
                        principalTable: "Blobs",
                        principalColumn: "Sha256",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "Uploads",
                columns: table => new
                {
                    TokenId = table.Column<long>(type: "bigint", nullable: false),
                    Sha256 = table.Column<string>(type: "character varying(64)", unicode: false, maxLength: 64, nullable: false),
                    Name = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: false),
                    CreatedAt = table.Column<DateTime>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Uploads", x => new { x.TokenId, x.Sha256 });
                    table.ForeignKey(
                        name: "FK_Uploads_Blobs_Sha256",
                        column: x => x.Sha256,
                        principalTable: "Blobs",
                        principalColumn: "Sha256",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "SentMailAttachments",
                columns: table => new
                {
                    SentMailId = table.Column<long>(type: "bigint", nullable: false),
                    Ordinal = table.Column<int>(type: "integer", nullable: false),
                    Name = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: false),
                    MimeType = table.Column<string>(type: "character varying(127)", maxLength: 127, nullable: false),
                    Sha256 = table.Column<string>(type: "character varying(64)", unicode: false, maxLength: 64, nullable: false),
                    FileSize = table.Column<long>(type: "bigint", nullable: false),
                    ContentId = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_SentMailAttachments", x => new { x.SentMailId, x.Ordinal });
                    table.ForeignKey(
                        name: "FK_SentMailAttachments_Blobs_Sha256",
                        column: x => x.Sha256,
                        principalTable: "Blobs",
                        principalColumn: "Sha256",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "FK_SentMailAttachments_SentMails_SentMailId",
                        column: x => x.SentMailId,
                        principalTable: "SentMails",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "SentMailAttempts",
                columns: table => new
                {
                    SentMailId = table.Column<long>(type: "bigint", nullable: false),
                    Number = table.Column<int>(type: "integer", nullable: false),
                    At = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    Host = table.Column<string>(type: "character varying(300)", maxLength: 300, nullable: false),
                    Outcome = table.Column<string>(type: "character varying(32)", unicode: false, maxLength: 32, nullable: false),
                    Code = table.Column<int>(type: "integer", nullable: false),
                    EnhancedCode = table.Column<string>(type: "character varying(16)", unicode: false, maxLength: 16, nullable: true),
                    Words = table.Column<string>(type: "character varying(1000)", maxLength: 1000, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_SentMailAttempts", x => new { x.SentMailId, x.Number });
                    table.ForeignKey(
                        name: "FK_SentMailAttempts_SentMails_SentMailId",
                        column: x => x.SentMailId,
                        principalTable: "SentMails",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "SentMailEvents",
                columns: table => new
                {
                    Id = table.Column<long>(type: "bigint", nullable: false),
                    SentMailId = table.Column<long>(type: "bigint", nullable: false),
                    Kind = table.Column<string>(type: "character varying(32)", unicode: false, maxLength: 32, nullable: false),
                    Proof = table.Column<string>(type: "character varying(32)", unicode: false, maxLength: 32, nullable: false),
                    Recipient = table.Column<string>(type: "character varying(320)", maxLength: 320, nullable: true),
                    Status = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: true),
                    Words = table.Column<string>(type: "character varying(1000)", maxLength: 1000, nullable: true),
                    IncomingMailId = table.Column<long>(type: "bigint", nullable: true),
                    SourceKey = table.Column<string>(type: "character varying(100)", unicode: false, maxLength: 100, nullable: false),
                    At = table.Column<DateTime>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_SentMailEvents", x => x.Id);
                    table.ForeignKey(
                        name: "FK_SentMailEvents_SentMails_SentMailId",
                        column: x => x.SentMailId,
                        principalTable: "SentMails",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "SentMailRecipients",
                columns: table => new
                {
                    SentMailId = table.Column<long>(type: "bigint", nullable: false),
                    Ordinal = table.Column<int>(type: "integer", nullable: false),
                    Kind = table.Column<string>(type: "character varying(32)", unicode: false, maxLength: 32, nullable: false),
                    Address = table.Column<string>(type: "character varying(320)", maxLength: 320, nullable: false),
                    Status = table.Column<string>(type: "character varying(32)", unicode: false, maxLength: 32, nullable: false),
                    LastError = table.Column<string>(type: "character varying(1000)", maxLength: 1000, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_SentMailRecipients", x => new { x.SentMailId, x.Ordinal });
                    table.ForeignKey(
                        name: "FK_SentMailRecipients_SentMails_SentMailId",
                        column: x => x.SentMailId,
                        principalTable: "SentMails",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "ApiTokens",
                columns: table => new
                {
                    Id = table.Column<long>(type: "bigint", nullable: false),
                    Name = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: false),
                    OwnerId = table.Column<long>(type: "bigint", nullable: false),
                    Abilities = table.Column<string>(type: "text", nullable: false),
                    SecretHash = table.Column<string>(type: "character varying(64)", unicode: false, maxLength: 64, nullable: false),
                    AllowedIp = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true),
                    ExpiresAt = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    RevokedAt = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    LastUsedAt = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    CreatedAt = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    Version = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_ApiTokens", x => x.Id);
                    table.ForeignKey(
                        name: "FK_ApiTokens_Users_OwnerId",
                        column: x => x.OwnerId,
                        principalTable: "Users",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "Attachments",
                columns: table => new
                {
                    Id = table.Column<long>(type: "bigint", nullable: false),
                    ResponseId = table.Column<long>(type: "bigint", nullable: false),
                    Name = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: false),
                    MimeType = table.Column<string>(type: "character varying(127)", maxLength: 127, nullable: false),
                    Sha256 = table.Column<string>(type: "character varying(64)", unicode: false, maxLength: 64, nullable: false),
                    FileSize = table.Column<long>(type: "bigint", nullable: false),
                    IsInline = table.Column<bool>(type: "boolean", nullable: false),
                    ContentId = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Attachments", x => x.Id);
                    table.ForeignKey(
                        name: "FK_Attachments_Blobs_Sha256",
                        column: x => x.Sha256,
                        principalTable: "Blobs",
                        principalColumn: "Sha256",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "EpilogAttempts",
                columns: table => new
                {
                    CallId = table.Column<long>(type: "bigint", nullable: false),
                    Number = table.Column<int>(type: "integer", nullable: false),
                    At = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    Outcome = table.Column<string>(type: "character varying(32)", unicode: false, maxLength: 32, nullable: false),
                    StatusCode = table.Column<int>(type: "integer", nullable: false),
                    Address = table.Column<string>(type: "character varying(64)", unicode: false, maxLength: 64, nullable: false),
                    DurationMilliseconds = table.Column<int>(type: "integer", nullable: false),
                    Words = table.Column<string>(type: "character varying(1000)", maxLength: 1000, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_EpilogAttempts", x => new { x.CallId, x.Number });
                });

            migrationBuilder.CreateTable(
                name: "EpilogCalls",
                columns: table => new
                {
                    Id = table.Column<long>(type: "bigint", nullable: false),
                    InterventionId = table.Column<long>(type: "bigint", nullable: false),
                    TicketId = table.Column<long>(type: "bigint", nullable: false),
                    ResponseId = table.Column<long>(type: "bigint", nullable: false),
                    Status = table.Column<string>(type: "character varying(32)", unicode: false, maxLength: 32, nullable: false),
                    AttemptCount = table.Column<int>(type: "integer", nullable: false),
                    NextTryAt = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    LeaseUntil = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    CreatedAt = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    EndedAt = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    LastError = table.Column<string>(type: "character varying(500)", maxLength: 500, nullable: true),
                    Version = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_EpilogCalls", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "Interventions",
                columns: table => new
                {
                    Id = table.Column<long>(type: "bigint", nullable: false),
                    Name = table.Column<string>(type: "character varying(90)", unicode: false, maxLength: 90, nullable: false),
                    NameKey = table.Column<string>(type: "character varying(90)", unicode: false, maxLength: 90, nullable: false),
                    Title = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: false),
                    QueueId = table.Column<long>(type: "bigint", nullable: false),
                    RemoteEnabled = table.Column<bool>(type: "boolean", nullable: false),
                    RemoteEpilogUrl = table.Column<string>(type: "character varying(2000)", maxLength: 2000, nullable: true),
                    RemoteTimeoutSeconds = table.Column<int>(type: "integer", nullable: true),
                    Token = table.Column<string>(type: "text", nullable: false),
                    OldToken = table.Column<string>(type: "text", nullable: true),
                    OldTokenUntil = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    CreatedAt = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    UpdatedAt = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    Version = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Interventions", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "InterventionTickets",
                columns: table => new
                {
                    TicketId = table.Column<long>(type: "bigint", nullable: false),
                    InterventionId = table.Column<long>(type: "bigint", nullable: false),
                    Uid = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: false),
                    Data = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_InterventionTickets", x => x.TicketId);
                });

            migrationBuilder.CreateTable(
                name: "Mailboxes",
                columns: table => new
                {
                    Id = table.Column<long>(type: "bigint", nullable: false),
                    Name = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: false),
                    NameKey = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: false),
                    Address = table.Column<string>(type: "character varying(254)", maxLength: 254, nullable: false),
                    AddressKey = table.Column<string>(type: "character varying(254)", maxLength: 254, nullable: false),
                    FromName = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: false),
                    Type = table.Column<string>(type: "character varying(32)", unicode: false, maxLength: 32, nullable: false),
                    OutgoingType = table.Column<string>(type: "character varying(32)", unicode: false, maxLength: 32, nullable: false),
                    QueueId = table.Column<long>(type: "bigint", nullable: false),
                    Intake = table.Column<string>(type: "character varying(32)", unicode: false, maxLength: 32, nullable: false),
                    Import = table.Column<string>(type: "character varying(32)", unicode: false, maxLength: 32, nullable: false),
                    PlusAddressing = table.Column<bool>(type: "boolean", nullable: false),
                    ReturnPath = table.Column<string>(type: "character varying(32)", unicode: false, maxLength: 32, nullable: false),
                    AutoResponse = table.Column<bool>(type: "boolean", nullable: false),
                    HourlyBudget = table.Column<int>(type: "integer", nullable: true),
                    MaxConsecutiveErrors = table.Column<int>(type: "integer", nullable: false),
                    SecondaryReportThreshold = table.Column<int>(type: "integer", nullable: false),
                    PopPassword = table.Column<string>(type: "character varying(8000)", unicode: false, maxLength: 8000, nullable: true),
                    SmtpPassword = table.Column<string>(type: "character varying(8000)", unicode: false, maxLength: 8000, nullable: true),
                    ClientSecret = table.Column<string>(type: "character varying(8000)", unicode: false, maxLength: 8000, nullable: true),
                    ConnectionVersion = table.Column<int>(type: "integer", nullable: false),
                    CreatedAt = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    UpdatedAt = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    Pop_Enable = table.Column<bool>(type: "boolean", nullable: false),
                    Pop_Encryption = table.Column<string>(type: "character varying(32)", unicode: false, maxLength: 32, nullable: false),
                    Pop_LeaveOnServer = table.Column<bool>(type: "boolean", nullable: false),
                    Pop_LeaveOnServerDays = table.Column<int>(type: "integer", nullable: false),
                    Pop_Port = table.Column<int>(type: "integer", nullable: false),
                    Pop_Server = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: false),
                    Pop_Username = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: false),
                    Pop_ValidateCert = table.Column<bool>(type: "boolean", nullable: false),
                    Smtp_Enable = table.Column<bool>(type: "boolean", nullable: false),
                    Smtp_Port = table.Column<int>(type: "integer", nullable: false),
                    Smtp_Security = table.Column<string>(type: "character varying(32)", unicode: false, maxLength: 32, nullable: false),
                    Smtp_Server = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: false),
                    Smtp_Username = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: false),
                    Smtp_ValidateCert = table.Column<bool>(type: "boolean", nullable: false),
                    Version = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Mailboxes", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "MailboxHealth",
                columns: table => new
                {
                    MailboxId = table.Column<long>(type: "bigint", nullable: false),
                    Direction = table.Column<string>(type: "character varying(32)", unicode: false, maxLength: 32, nullable: false),
                    State = table.Column<string>(type: "character varying(32)", unicode: false, maxLength: 32, nullable: false),
                    LastOkAt = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    ConsecutiveErrors = table.Column<int>(type: "integer", nullable: false),
                    LastError = table.Column<string>(type: "character varying(1000)", maxLength: 1000, nullable: true),
                    NextTryAt = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    ConnectionVersion = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_MailboxHealth", x => new { x.MailboxId, x.Direction });
                    table.ForeignKey(
                        name: "FK_MailboxHealth_Mailboxes_MailboxId",
                        column: x => x.MailboxId,
                        principalTable: "Mailboxes",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "Queues",
                columns: table => new
                {
                    Id = table.Column<long>(type: "bigint", nullable: false),
                    Name = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    NameKey = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    IsBuiltIn = table.Column<bool>(type: "boolean", nullable: false),
                    OutgoingMailboxId = table.Column<long>(type: "bigint", nullable: true),
                    StrangerReplies = table.Column<string>(type: "character varying(32)", unicode: false, maxLength: 32, nullable: false),
                    ClosedReplies = table.Column<string>(type: "character varying(32)", unicode: false, maxLength: 32, nullable: false),
                    ClosedRepliesAfterDays = table.Column<int>(type: "integer", nullable: false),
                    AddCcParticipants = table.Column<bool>(type: "boolean", nullable: false),
                    StaffForward = table.Column<bool>(type: "boolean", nullable: false),
                    NotifyEmails = table.Column<string>(type: "text", nullable: false),
                    CreatedAt = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    UpdatedAt = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    Version = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Queues", x => x.Id);
                    table.ForeignKey(
                        name: "FK_Queues_Mailboxes_OutgoingMailboxId",
                        column: x => x.OutgoingMailboxId,
                        principalTable: "Mailboxes",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "Tickets",
                columns: table => new
                {
                    Id = table.Column<long>(type: "bigint", nullable: false),
                    Number = table.Column<long>(type: "bigint", nullable: false),
                    SecureId = table.Column<string>(type: "character varying(32)", unicode: false, maxLength: 32, nullable: false),
                    QueueId = table.Column<long>(type: "bigint", nullable: false),
                    Subject = table.Column<string>(type: "character varying(998)", maxLength: 998, nullable: false),
                    Status = table.Column<string>(type: "character varying(32)", unicode: false, maxLength: 32, nullable: false),
                    Priority = table.Column<string>(type: "character varying(32)", unicode: false, maxLength: 32, nullable: false),
                    OnHoldUntil = table.Column<DateOnly>(type: "date", nullable: true),
                    CloseOn = table.Column<DateOnly>(type: "date", nullable: true),
                    OriginatorEmail = table.Column<string>(type: "character varying(254)", maxLength: 254, nullable: false),
                    AssignedToId = table.Column<long>(type: "bigint", nullable: true),
                    IsPublic = table.Column<bool>(type: "boolean", nullable: false),
                    MailboxId = table.Column<long>(type: "bigint", nullable: true),
                    InterventionId = table.Column<long>(type: "bigint", nullable: true),
                    MergedIntoId = table.Column<long>(type: "bigint", nullable: true),
                    ResponseCount = table.Column<int>(type: "integer", nullable: false),
                    LastResponseAt = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    ClosedAt = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    CreatedAt = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    UpdatedAt = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    Version = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Tickets", x => x.Id);
                    table.ForeignKey(
                        name: "FK_Tickets_Queues_QueueId",
                        column: x => x.QueueId,
                        principalTable: "Queues",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "FK_Tickets_Users_AssignedToId",
                        column: x => x.AssignedToId,
                        principalTable: "Users",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "Participants",
                columns: table => new
                {
                    TicketId = table.Column<long>(type: "bigint", nullable: false),
                    Email = table.Column<string>(type: "character varying(254)", maxLength: 254, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Participants", x => new { x.TicketId, x.Email });
                    table.ForeignKey(
                        name: "FK_Participants_Tickets_TicketId",
                        column: x => x.TicketId,
                        principalTable: "Tickets",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "Responses",
                columns: table => new
                {
                    Id = table.Column<long>(type: "bigint", nullable: false),
                    TicketId = table.Column<long>(type: "bigint", nullable: false),
                    AuthorEmail = table.Column<string>(type: "character varying(254)", maxLength: 254, nullable: false),
                    IsInternal = table.Column<bool>(type: "boolean", nullable: false),
                    IsPinned = table.Column<bool>(type: "boolean", nullable: false),
                    IsStaff = table.Column<bool>(type: "boolean", nullable: false),
                    IsEmailSourced = table.Column<bool>(type: "boolean", nullable: false),
                    Html = table.Column<string>(type: "text", nullable: false),
                    Text = table.Column<string>(type: "text", nullable: false),
                    Spans = table.Column<string>(type: "text", nullable: false),
                    ThreadConfidence = table.Column<string>(type: "character varying(32)", unicode: false, maxLength: 32, nullable: true),
                    IsNotSent = table.Column<bool>(type: "boolean", nullable: false),
                    CreatedAt = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    UpdatedAt = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    Version = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Responses", x => x.Id);
                    table.ForeignKey(
                        name: "FK_Responses_Tickets_TicketId",
                        column: x => x.TicketId,
                        principalTable: "Tickets",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "IX_ApiTokens_OwnerId",
                table: "ApiTokens",
                column: "OwnerId");

            migrationBuilder.CreateIndex(
                name: "IX_Attachments_ResponseId",
                table: "Attachments",
                column: "ResponseId");

            migrationBuilder.CreateIndex(
                name: "IX_Attachments_Sha256",
                table: "Attachments",
                column: "Sha256");

            migrationBuilder.CreateIndex(
                name: "IX_AuditEntries_TicketId",
                table: "AuditEntries",
                column: "TicketId");

            migrationBuilder.CreateIndex(
                name: "IX_EpilogCalls_InterventionId_Id",
                table: "EpilogCalls",
                columns: new[] { "InterventionId", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_EpilogCalls_Status_NextTryAt",
                table: "EpilogCalls",
                columns: new[] { "Status", "NextTryAt" });

            migrationBuilder.CreateIndex(
                name: "IX_EpilogCalls_TicketId",
                table: "EpilogCalls",
                column: "TicketId");

            migrationBuilder.CreateIndex(
                name: "IX_ExcludedEmails_EmailKey",
                table: "ExcludedEmails",
                column: "EmailKey",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_IdempotencyRecords_CreatedAt",
                table: "IdempotencyRecords",
                column: "CreatedAt");

            migrationBuilder.CreateIndex(
                name: "IX_IgnoredSubjects_SubjectKey",
                table: "IgnoredSubjects",
                column: "SubjectKey",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_IncomingMails_ContentHash",
                table: "IncomingMails",
                column: "ContentHash");

            migrationBuilder.CreateIndex(
                name: "IX_IncomingMails_Disposition_Id",
                table: "IncomingMails",
                columns: new[] { "Disposition", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_IncomingMails_FirstCopyKey",
                table: "IncomingMails",
                column: "FirstCopyKey",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_IncomingMails_MailboxId_IsOnServer_DeleteDueAt",
                table: "IncomingMails",
                columns: new[] { "MailboxId", "IsOnServer", "DeleteDueAt" });

            migrationBuilder.CreateIndex(
                name: "IX_IncomingMails_MailboxId_SourceKey_SourceSize",
                table: "IncomingMails",
                columns: new[] { "MailboxId", "SourceKey", "SourceSize" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_IncomingMails_MessageIdKey",
                table: "IncomingMails",
                column: "MessageIdKey");

            migrationBuilder.CreateIndex(
                name: "IX_IncomingMails_RawSha256",
                table: "IncomingMails",
                column: "RawSha256");

            migrationBuilder.CreateIndex(
                name: "IX_IncomingMails_TicketId",
                table: "IncomingMails",
                column: "TicketId");

            migrationBuilder.CreateIndex(
                name: "IX_Interventions_NameKey",
                table: "Interventions",
                column: "NameKey",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_Interventions_QueueId",
                table: "Interventions",
                column: "QueueId");

            migrationBuilder.CreateIndex(
                name: "IX_Mailboxes_AddressKey",
                table: "Mailboxes",
                column: "AddressKey",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_Mailboxes_NameKey",
                table: "Mailboxes",
                column: "NameKey",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_Mailboxes_QueueId",
                table: "Mailboxes",
                column: "QueueId");

            migrationBuilder.CreateIndex(
                name: "IX_Participants_Email",
                table: "Participants",
                column: "Email");

            migrationBuilder.CreateIndex(
                name: "IX_Queues_NameKey",
                table: "Queues",
                column: "NameKey",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_Queues_OutgoingMailboxId",
                table: "Queues",
                column: "OutgoingMailboxId");

            migrationBuilder.CreateIndex(
                name: "IX_Responses_CreatedAt",
                table: "Responses",
                column: "CreatedAt");

            migrationBuilder.CreateIndex(
                name: "IX_Responses_TicketId_Id",
                table: "Responses",
                columns: new[] { "TicketId", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_SentMailAttachments_Sha256",
                table: "SentMailAttachments",
                column: "Sha256");

            migrationBuilder.CreateIndex(
                name: "IX_SentMailEvents_SentMailId_SourceKey",
                table: "SentMailEvents",
                columns: new[] { "SentMailId", "SourceKey" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_SentMails_CreatedAt",
                table: "SentMails",
                column: "CreatedAt");

            migrationBuilder.CreateIndex(
                name: "IX_SentMails_MailboxId_SentAt",
                table: "SentMails",
                columns: new[] { "MailboxId", "SentAt" });

            migrationBuilder.CreateIndex(
                name: "IX_SentMails_MailboxId_Status_NextTryAt",
                table: "SentMails",
                columns: new[] { "MailboxId", "Status", "NextTryAt" });

            migrationBuilder.CreateIndex(
                name: "IX_SentMails_MessageId",
                table: "SentMails",
                column: "MessageId",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_SentMails_TicketId",
                table: "SentMails",
                column: "TicketId");

            migrationBuilder.CreateIndex(
                name: "IX_Suppressions_Email_OrganizationId",
                table: "Suppressions",
                columns: new[] { "Email", "OrganizationId" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_Templates_IdentifierKey",
                table: "Templates",
                column: "IdentifierKey",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_Tickets_AssignedToId_Id",
                table: "Tickets",
                columns: new[] { "AssignedToId", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_Tickets_CloseOn",
                table: "Tickets",
                column: "CloseOn",
                filter: "\"CloseOn\" IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_Tickets_Number",
                table: "Tickets",
                column: "Number",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_Tickets_OriginatorEmail_Id",
                table: "Tickets",
                columns: new[] { "OriginatorEmail", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_Tickets_QueueId_Id",
                table: "Tickets",
                columns: new[] { "QueueId", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_Tickets_SecureId",
                table: "Tickets",
                column: "SecureId",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_Tickets_Status_Id",
                table: "Tickets",
                columns: new[] { "Status", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_Uploads_CreatedAt",
                table: "Uploads",
                column: "CreatedAt");

            migrationBuilder.CreateIndex(
                name: "IX_Uploads_Sha256",
                table: "Uploads",
                column: "Sha256");

            migrationBuilder.CreateIndex(
                name: "IX_Users_Email",
                table: "Users",
                column: "Email",
                unique: true);

            migrationBuilder.AddForeignKey(
                name: "FK_Attachments_Responses_ResponseId",
                table: "Attachments",
                column: "ResponseId",
                principalTable: "Responses",
                principalColumn: "Id",
                onDelete: ReferentialAction.Cascade);

            migrationBuilder.AddForeignKey(
                name: "FK_EpilogAttempts_EpilogCalls_CallId",
                table: "EpilogAttempts",
                column: "CallId",
                principalTable: "EpilogCalls",
                principalColumn: "Id",
                onDelete: ReferentialAction.Cascade);

            migrationBuilder.AddForeignKey(
                name: "FK_EpilogCalls_Tickets_TicketId",
                table: "EpilogCalls",
                column: "TicketId",
                principalTable: "Tickets",
                principalColumn: "Id",
                onDelete: ReferentialAction.Cascade);

            migrationBuilder.AddForeignKey(
                name: "FK_Interventions_Queues_QueueId",
                table: "Interventions",
                column: "QueueId",
                principalTable: "Queues",
                principalColumn: "Id",
                onDelete: ReferentialAction.Restrict);

            migrationBuilder.AddForeignKey(
                name: "FK_InterventionTickets_Tickets_TicketId",
                table: "InterventionTickets",
                column: "TicketId",
                principalTable: "Tickets",
                principalColumn: "Id",
                onDelete: ReferentialAction.Cascade);

            migrationBuilder.AddForeignKey(
                name: "FK_Mailboxes_Queues_QueueId",
                table: "Mailboxes",
                column: "QueueId",
                principalTable: "Queues",
                principalColumn: "Id",
                onDelete: ReferentialAction.Restrict);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropForeignKey(
                name: "FK_Mailboxes_Queues_QueueId",
                table: "Mailboxes");

            migrationBuilder.DropTable(
                name: "ApiTokens");

            migrationBuilder.DropTable(
                name: "Attachments");

            migrationBuilder.DropTable(
                name: "AuditEntries");

            migrationBuilder.DropTable(
                name: "EpilogAttempts");

            migrationBuilder.DropTable(
                name: "ExcludedEmails");

            migrationBuilder.DropTable(
                name: "IdBlocks");

            migrationBuilder.DropTable(
                name: "IdempotencyRecords");

            migrationBuilder.DropTable(
                name: "IgnoredSubjects");

            migrationBuilder.DropTable(
                name: "IncomingMails");

            migrationBuilder.DropTable(
                name: "Interventions");

            migrationBuilder.DropTable(
                name: "InterventionTickets");

            migrationBuilder.DropTable(
                name: "Leases");

            migrationBuilder.DropTable(
                name: "MailboxHealth");

            migrationBuilder.DropTable(
                name: "Participants");

            migrationBuilder.DropTable(
                name: "SentMailAttachments");

            migrationBuilder.DropTable(
                name: "SentMailAttempts");

            migrationBuilder.DropTable(
                name: "SentMailEvents");

            migrationBuilder.DropTable(
                name: "SentMailRecipients");

            migrationBuilder.DropTable(
                name: "Settings");

            migrationBuilder.DropTable(
                name: "Suppressions");

            migrationBuilder.DropTable(
                name: "Templates");

            migrationBuilder.DropTable(
                name: "Uploads");

            migrationBuilder.DropTable(
                name: "Responses");

            migrationBuilder.DropTable(
                name: "EpilogCalls");

            migrationBuilder.DropTable(
                name: "SentMails");

            migrationBuilder.DropTable(
                name: "Blobs");

            migrationBuilder.DropTable(
                name: "Tickets");

            migrationBuilder.DropTable(
                name: "Users");

            migrationBuilder.DropTable(
                name: "Queues");

            migrationBuilder.DropTable(
                name: "Mailboxes");
        }
    }
}
