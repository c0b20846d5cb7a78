using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Tickiti.Infrastructure.Persistence.PostgreSql.Migrations
{
    /// <inheritdoc />
    public partial class AutomaticMail : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "Automatic",
                table: "SentMails",
                type: "character varying(32)",
                unicode: false,
                maxLength: 32,
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "AutomaticNumber",
                table: "SentMails",
                type: "integer",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "AutomaticTo",
                table: "SentMails",
                type: "character varying(254)",
                maxLength: 254,
                nullable: true);

            migrationBuilder.CreateIndex(
                name: "IX_SentMails_AutomaticTo_AutomaticNumber",
                table: "SentMails",
                columns: new[] { "AutomaticTo", "AutomaticNumber" },
                unique: true,
                filter: "\"AutomaticNumber\" IS NOT NULL");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_SentMails_AutomaticTo_AutomaticNumber",
                table: "SentMails");

            migrationBuilder.DropColumn(
                name: "Automatic",
                table: "SentMails");

            migrationBuilder.DropColumn(
                name: "AutomaticNumber",
                table: "SentMails");

            migrationBuilder.DropColumn(
                name: "AutomaticTo",
                table: "SentMails");
        }
    }
}
